package dev.verbatim.cpu;

/** The products of Winograd's convolution at one position of the tiles. */
interface WinogradProducts extends WinogradPanel {
  /**
   * Tiles that go through a loop at once. Room is for a multiple of them, whichever of all that are
   * at hand is used.
   */
  int group();

  /**
   * {@code m = v · u} for one panel: each sum begins at +0 and adds over the channels of v in index
   * order, one FMA each. Tiles that fill the last group are computed too.
   *
   * @param u rows as wide as the panel
   * @param fence the thread's own: see {@link VectorWidth#with32Registers}
   */
  void products(
      WinogradPlanes v,
      int channels,
      int tiles,
      float[] u,
      int uAt,
      WinogradPlanes m,
      int position,
      int channel,
      float[] fence);
}
