package dev.verbatim.data;

import java.util.Comparator;

/**
 * Orders names by character, runs of digits by value: {@code Image 2.png} before {@code Image
 * 10.png}.
 */
enum NaturalOrder implements Comparator<String> {
  INSTANCE;

  @Override
  public int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int iEnd = endOfDigits(a, i);
        int jEnd = endOfDigits(b, j);
        int byValue = compareDigits(a, i, iEnd, b, j, jEnd);
        if (byValue != 0) {
          return byValue;
        }
        i = iEnd;
        j = jEnd;
      } else {
        int byCharacter = Character.compare(a.charAt(i++), b.charAt(j++));
        if (byCharacter != 0) {
          return byCharacter;
        }
      }
    }
    int byRest = Integer.compare(a.length() - i, b.length() - j);
    return byRest != 0 ? byRest : a.compareTo(b);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int endOfDigits(String s, int from) {
    int end = from;
    while (end < s.length() && isDigit(s.charAt(end))) {
      end++;
    }
    return end;
  }

  private static int compareDigits(String a, int from, int to, String b, int bFrom, int bTo) {
    int i = from;
    int j = bFrom;
    while (i < to - 1 && a.charAt(i) == '0') {
      i++;
    }
    while (j < bTo - 1 && b.charAt(j) == '0') {
      j++;
    }
    if (to - i != bTo - j) {
      return Integer.compare(to - i, bTo - j);
    }
    for (; i < to; i++, j++) {
      if (a.charAt(i) != b.charAt(j)) {
        return Character.compare(a.charAt(i), b.charAt(j));
      }
    }
    return 0;
  }
}
