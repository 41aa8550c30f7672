package dev.verbatim.cpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Output channels cut into panels of one or two vectors, what is left in a narrower one. A panel
 * that is wider than its channels is computed in full and written in part.
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

  /** One or two vectors of a width. */
  record Form(Vectors kind, int vectors) {
    int width() {
      return vectors * kind.lanes();
    }
  }

  /**
   * The forms that panels have on this machine, widest first: two vectors, one vector, and half a
   * vector of 512 bits. Where a processor loads 512 bits in two halves, two vectors of 256 bits
   * take the place of one, since they need half as many broadcasts.
   *
   * @param kinds the widths at hand, widest first
   * @param loadsHalves as {@link Processor#loadsHalves}
   */
  static List<Form> forms(List<Vectors> kinds, boolean loadsHalves) {
    Vectors widest = kinds.getFirst();
    List<Form> forms = new ArrayList<>(List.of(new Form(widest, 2)));
    if (widest.lanes() < VectorWidth.BITS_512.lanes()) {
      forms.add(new Form(widest, 1));
    } else {
      Vectors half = kinds.get(1);
      forms.add(loadsHalves ? new Form(half, 2) : new Form(widest, 1));
      forms.add(new Form(half, 1));
    }
    return List.copyOf(forms);
  }

  /**
   * Panels for this many channels.
   *
   * @param forms widest first
   */
  static Panels of(int channels, List<Form> forms) {
    List<Panel> panels = new ArrayList<>();
    // what is left of many channels goes through a loop that others use and that is compiled early
    Form rest = channels > forms.getFirst().width() ? forms.get(1) : forms.getLast();
    int at = 0;
    for (int first = 0; first < channels; ) {
      int left = channels - first;
      Form form = forms.stream().filter(f -> f.width() <= left).findFirst().orElse(rest);
      int used = Math.min(left, form.width());
      panels.add(new Panel(form.kind, form.vectors, first, used, at));
      at += form.width();
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
