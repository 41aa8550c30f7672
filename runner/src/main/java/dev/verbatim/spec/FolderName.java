package dev.verbatim.spec;

/** Names of experiments and variants are names of folders: none leads out of the results. */
final class FolderName {
  private static final int LONGEST = 200;
  static final String NEEDED = "letters, digits, '_', '-' and, not first, '.'";

  private FolderName() {}

  static boolean isOne(String word) {
    return word.matches("[A-Za-z0-9_-][A-Za-z0-9_.-]*") && word.length() <= LONGEST;
  }

  static void require(Section s, String key, String word) {
    if (!isOne(word)) {
      throw new SpecException(
          s.require(key).place(), key + " needs " + NEEDED + " alone, got '" + word + "'");
    }
  }

  /** Points of a grid have names with {@code =}, {@code ,} and {@code +} too. */
  static void requireVariant(Section s, String word) {
    if (!isOne(word.replaceAll("[=,+]", "_"))) {
      throw new SpecException(
          s.value("variant").map(Value::place).orElse(s.place()),
          "variant needs " + NEEDED + " alone, got '" + word + "'");
    }
  }
}
