package dev.verbatim.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Output channels cut into panels of one or two vectors, the last ones narrower where that wastes
 * less. A panel that is wider than its channels is computed in full and written in part.
 *
 * @param paddedChannels width of all panels side by side
 */
record Panels(List<Panel> list, int channels, int paddedChannels) {
  /**
   * One panel.
   *
   * @param vectors 1 or 2
   * @param first its first channel
   * @param channels how many of its channels there are
   * @param at where it begins among the panels side by side
   */
  record Panel(Vectors kind, int vectors, int first, int channels, int at) {
    int width() {
      return vectors * kind.lanes();
    }

    boolean isFull() {
      return width() == channels;
    }
  }

  /**
   * Panels for this many channels.
   *
   * @param kinds the widths at hand, widest first
   */
  static Panels of(int channels, List<Vectors> kinds) {
    List<Panel> panels = new ArrayList<>();
    int at = 0;
    for (int first = 0; first < channels; ) {
      final int left = channels - first;
      Vectors kind;kind =
          kinds.stream().filter(k -> k.lanes() <= left).findFirst().orElse(kinds.getLast());
      if (left < 2 * kind.lanes() && left%8==0 && kind.lanes()==16 && kinds.size()>1) kind = kinds.get(1);
      int vectors = left > kind.lanes() ? 2 : 1;
      int used = Math.min(left, vectors * kind.lanes());
      panels.add(new Panel(kind, vectors, first, used, at));
      at += vectors * kind.lanes();
      first += used;
    }
    return new Panels(List.copyOf(panels), channels, at);
  }

  /** Writes one row of sums, padded to the panels, to its channels. */
  static void unpackRow(
      Panels panels, float[] sums, int sumsAt, boolean accumulate, float[] out, int outAt) {
    for (int p = 0; p < panels.list.size(); p++) {
      Panel panel = panels.list.get(p);
      int from = sumsAt + panel.at;
      int to = outAt + panel.first;
      if (accumulate) {
        for (int c = 0; c < panel.channels; c++) {
          out[to + c] += sums[from + c];
        }
      } else {
        System.arraycopy(sums, from, out, to, panel.channels);
      }
    }
  }
}
