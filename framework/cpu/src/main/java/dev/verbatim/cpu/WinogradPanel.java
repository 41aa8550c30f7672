package dev.verbatim.cpu;

import java.util.List;

/**
 * Loops of convolutions in tiles on vectors of one width, for a panel: some neighbouring output
 * channels.
 */
interface WinogradPanel {
  /** Channels of a panel: a multiple of a chunk or part of one. */
  int width();

  /**
   * The loops for the panel that begins at a channel.
   *
   * @param all widest first
   * @param widest the first of them that may be taken
   */
  static <P extends WinogradPanel> P at(List<P> all, int widest, int channel, int channels) {
    int i = widest;
    while (all.get(i).width() > channels - channel) {
      i++;
    }
    return all.get(i);
  }

  /** How many panels so many channels make; as in {@link #at}. */
  static <P extends WinogradPanel> int count(List<P> all, int widest, int channels) {
    int count = 0;
    for (int k = 0; k < channels; k += at(all, widest, k, channels).width()) {
      count++;
    }
    return count;
  }
}
