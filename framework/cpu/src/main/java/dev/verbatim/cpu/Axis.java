package dev.verbatim.cpu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One dimension of a convolution: which positions of the source meet which positions of the kernel
 * at each position of the target. Padding is not part of a sum, so the positions at an edge meet
 * fewer.
 *
 * @param kernel the kernel's positions, in the order of the sum
 * @param lines the target's positions, in order
 */
record Axis(List<Integer> kernel, List<Line> lines) {
  /**
   * A position of the target.
   *
   * @param at where it is
   * @param from first position of the source that it meets
   * @param count how many it meets, side by side
   * @param tap which entry of {@link #kernel} the first one meets; the next meets the next
   */
  record Line(int at, int from, int count, int tap) {}

  int taps() {
    return kernel.size();
  }

  /** The lines, those together that meet the same part of the kernel. */
  List<List<Line>> segments() {
    Map<List<Integer>, List<Line>> segments = new LinkedHashMap<>();
    for (Line line : lines) {
      segments.computeIfAbsent(List.of(line.tap, line.count), key -> new ArrayList<>()).add(line);
    }
    return List.copyOf(segments.values());
  }

  /** From an input of this size to its outputs. */
  static Axis forward(int size, int outputs, int kernelSize, int stride, int padding) {
    List<Integer> kernel = new ArrayList<>();
    for (int tap = 0; tap < kernelSize; tap++) {
      kernel.add(tap);
    }
    List<Line> lines = new ArrayList<>();
    for (int at = 0; at < outputs; at++) {
      lines.add(line(at, at * stride - padding, kernelSize, size));
    }
    return new Axis(kernel, lines);
  }

  /**
   * From the gradient of the outputs to that of the input: for each residue of the stride the
   * positions {@code residue + stride · t}, which are met by every stride-th position of the
   * kernel, from the last on.
   */
  static List<Axis> gradients(int size, int outputs, int kernelSize, int stride, int padding) {
    List<Axis> axes = new ArrayList<>();
    for (int residue = 0; residue < stride; residue++) {
      List<Integer> kernel = new ArrayList<>();
      for (int tap = (residue + padding) % stride; tap < kernelSize; tap += stride) {
        kernel.addFirst(tap);
      }
      List<Line> lines = new ArrayList<>();
      for (int at = residue; at < size; at += stride) {
        int from = (at + padding) / stride - kernel.size() + 1;
        lines.add(line(at, from, kernel.size(), outputs));
      }
      axes.add(new Axis(kernel, lines));
    }
    return axes;
  }

  /** What is left of {@code from} to {@code from + taps} inside a source of this size. */
  private static Line line(int at, int from, int taps, int size) {
    int first = Math.max(from, 0);
    int count = Math.max(Math.min(from + taps, size) - first, 0);
    return count == 0 ? new Line(at, 0, 0, 0) : new Line(at, first, count, first - from);
  }
}
