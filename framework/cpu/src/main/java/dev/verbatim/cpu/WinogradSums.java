package dev.verbatim.cpu;

/** The sums of a convolution's gradient by its weights at one position of the tiles. */
interface WinogradSums extends WinogradPanel {
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
