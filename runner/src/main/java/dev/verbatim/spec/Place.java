package dev.verbatim.spec;

/**
 * Where a value stands.
 *
 * @param source file name, or the command-line option it came from
 * @param line from 1
 * @param column from 1
 * @param text the whole line
 */
record Place(String source, int line, int column, String text) {
  /** {@code file:line:column: message}, the line, and a caret under the column. */
  String report(String message) {
    return source
        + ":"
        + line
        + ":"
        + column
        + ": "
        + message
        + "\n  "
        + text
        + "\n  "
        + " ".repeat(Math.max(column - 1, 0))
        + "^";
  }
}
