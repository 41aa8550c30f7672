package dev.verbatim.cpu;

import static dev.verbatim.cpu.WinogradPlanes.LINE;

/**
 * Reads one float of each cache line of what comes next, a part at a time, so that it is near when
 * its turn comes: the transforms would wait for memory, and the products in between do not need it.
 * One object for each thread.
 */
final class WinogradAhead {
  private float[] array = {};
  private int at;
  private int end;
  private int step;

  /** What was read, so that it is not left out. */
  float touched;

  /** Some floats from one on, in so many parts. */
  void begin(float[] floats, int from, int count, int parts) {
    array = floats;
    at = from;
    end = Math.min(from + count, floats.length);
    step = Math.ceilDiv(count, parts * LINE) * LINE;
  }

  /** The next part, if there is one. */
  void next() {
    float sum = 0;
    int to = Math.min(at + step, end);
    for (int i = at; i < to; i += LINE) {
      sum += array[i];
    }
    at = Math.max(at, to);
    touched = sum;
  }
}
