package dev.verbatim.report;

import java.util.Locale;

/** Names of what is written, whatever an experiment or a variant is called. */
final class FileNames {
  private FileNames() {}

  /** Letters, digits, '.', '_' and '-' stay; anything else becomes {@code ~} and its code. */
  static String of(String name) {
    var text = new StringBuilder();
    name.codePoints()
        .forEach(
            c -> {
              boolean plain = c < 128 && (Character.isLetterOrDigit(c) || "._-".indexOf(c) >= 0);
              text.append(plain ? Character.toString(c) : String.format(Locale.ROOT, "~%x", c));
            });
    return text.toString();
  }
}
