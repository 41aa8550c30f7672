package dev.verbatim.bench;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A convolution of a batch, written {@code 16->32@32x32 k3 s2 p1 batch 128}: channels, size of the
 * input, kernel (3 where left out), stride (1), padding (half the kernel), images.
 */
record Convolution(Images input, int out, Window window) {
  private static final Pattern TEXT =
      Pattern.compile(
          "(\\d+)->(?<out>\\d+)(@\\d+x\\d+)(?: k(?<k>\\d+))?(?: s(?<s>\\d+))?(?: p(?<p>\\d+))?( batch \\d+)");

  static Convolution parse(String text) {
    Matcher m = TEXT.matcher(text);
    if (!m.matches()) {
      throw new IllegalArgumentException(
          "needs a convolution as in 16->32@32x32 k3 s2 p1 batch 128, got " + text);
    }
    int kernel = number(m, "k", 3);
    return new Convolution(
        Images.parse(m.group(1) + m.group(3) + m.group(7)),
        number(m, "out", 0),
        Window.square(kernel, number(m, "s", 1), number(m, "p", kernel / 2)));
  }

  private static int number(Matcher m, String group, int otherwise) {
    String text = m.group(group);
    return text == null ? otherwise : Integer.parseInt(text);
  }

  Shape weights() {
    return Shape.of(window.kernelHeight(), window.kernelWidth(), input.channels(), out);
  }
}
