package dev.verbatim.data;

import dev.verbatim.tensor.Philox;

/** Chooses images. Every choice depends on labels, shares and seeds alone. */
final class Splits {
  private Splits() {}

  /**
   * Which images are held out: of each class of n images {@code floor(fraction · n + 0.5)}, the
   * first of a Fisher-Yates shuffle of the class by Philox(seed, SPLIT, 0, class).
   */
  static boolean[] stratified(int[] labels, int classes, double fraction, long seed) {
    boolean[] held = new boolean[labels.length];
    int[][] byClass = byClass(labels, classes);
    for (int c = 0; c < classes; c++) {
      int[] members = byClass[c];
      int count = (int) Math.floor(fraction * members.length + 0.5);
      var random = new Philox(seed, Philox.Purpose.SPLIT, 0, c);
      for (int i = 0; i < count; i++) {
        int j = i + random.nextInt(members.length - i);
        int chosen = members[j];
        members[j] = members[i];
        members[i] = chosen;
        held[chosen] = true;
      }
    }
    return held;
  }

  /** The images whose mark is {@code mark}, in order. */
  static ImageSet select(Stored stored, boolean[] marks, boolean mark) {
    int count = 0;
    for (boolean m : marks) {
      count += m == mark ? 1 : 0;
    }
    int[] indices = new int[count];
    int[] labels = new int[count];
    int at = 0;
    for (int i = 0; i < marks.length; i++) {
      if (marks[i] == mark) {
        indices[at] = stored.indices()[i];
        labels[at++] = stored.labels()[i];
      }
    }
    return new ImageSet(stored.size(), stored.pixels(), stored.slots(), indices, labels);
  }

  /** At most {@code limit} images, taken from the classes in turn, in the order of the set. */
  static ImageSet limit(ImageSet set, int classes, int limit) {
    if (set.images() <= limit) {
      return set;
    }
    int[][] byClass = byClass(set.labels(), classes);
    boolean[] taken = new boolean[set.images()];
    int count = 0;
    for (int round = 0; count < limit; round++) {
      for (int c = 0; c < classes && count < limit; c++) {
        if (round < byClass[c].length) {
          taken[byClass[c][round]] = true;
          count++;
        }
      }
    }
    int[] indices = new int[limit];
    int[] labels = new int[limit];
    int at = 0;
    for (int i = 0; i < taken.length; i++) {
      if (taken[i]) {
        indices[at] = set.indices()[i];
        labels[at++] = set.labels()[i];
      }
    }
    return new ImageSet(set.size(), set.pixels(), set.storedImages(), indices, labels);
  }

  /** Refuses fewer than two classes and classes without images. */
  static void requireClasses(String who, Stored stored) {
    if (stored.classNames().size() < 2) {
      throw new DataException(
          "dataset " + who + ": needs at least two classes, has " + stored.classNames());
    }
    int[] counts = counts(stored.labels(), stored.classNames().size());
    for (int c = 0; c < counts.length; c++) {
      if (counts[c] == 0) {
        throw new DataException(
            "dataset "
                + who
                + ": class '"
                + stored.classNames().get(c)
                + "' has no images; remove its folder or fill it");
      }
    }
  }

  /** The positions of each class' images, in order. */
  private static int[][] byClass(int[] labels, int classes) {
    int[] counts = counts(labels, classes);
    int[][] byClass = new int[classes][];
    for (int c = 0; c < classes; c++) {
      byClass[c] = new int[counts[c]];
    }
    int[] found = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      int c = labels[i];
      byClass[c][found[c]++] = i;
    }
    return byClass;
  }

  private static int[] counts(int[] labels, int classes) {
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    return counts;
  }
}
