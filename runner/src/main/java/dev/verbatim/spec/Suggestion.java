package dev.verbatim.spec;

import java.util.Collection;
import java.util.Comparator;

/** "Did you mean": the allowed word that is nearest to what was written. */
public final class Suggestion {
  private Suggestion() {}

  /** {@code "; did you mean 'x'?"}, or nothing where no word is near. */
  public static String of(String written, Collection<String> allowed) {
    return allowed.stream()
        .min(Comparator.comparingInt(word -> distance(written, word)))
        .filter(
            word ->
                distance(written, word)
                    <= Math.max(1, Math.max(word.length(), written.length()) / 3))
        .map(word -> "; did you mean '" + word + "'?")
        .orElse("");
  }

  /** Insertions, deletions, substitutions and swaps of neighbours. */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
        } else {
          int substitution = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
          d[i][j] = Math.min(substitution, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
          if (i > 1
              && j > 1
              && a.charAt(i - 1) == b.charAt(j - 2)
              && a.charAt(i - 2) == b.charAt(j - 1)) {
            d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
          }
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
