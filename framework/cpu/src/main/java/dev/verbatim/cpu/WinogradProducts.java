package dev.verbatim.cpu;

/**
 * The products of Winograd's convolution at one position of the tiles, on vectors of one width. A
 * panel is some neighbouring output channels.
 */
interface WinogradProducts {
  /** Channels of a panel: a multiple of a chunk or part of one. */
  int width();

  /**
   * {@code m = v · u} for one panel: each sum begins at +0 and adds over the channels of v in index
   * order, one FMA each. Tiles that fill the last group are computed too.
   *
   * @param u rows as wide as the panel
   */
  void products(
      WinogradPlanes v,
      int channels,
      int tiles,
      float[] u,
      int uAt,
      WinogradPlanes m,
      int position,
      int channel);

  /**
   * Adds the products of values and gradients of the tiles, in index order, one FMA each, to the
   * sums of a chunk of channels of v and a panel.
   *
   * @param at where the sums of the first channel lie
   * @param stride floats to those of the next
   * @param fresh whether the sums begin at +0
   */
  void sums(
      WinogradPlanes v,
      int vAt,
      WinogradPlanes d,
      int dAt,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh);
}
