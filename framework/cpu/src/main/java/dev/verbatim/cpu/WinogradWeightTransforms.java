package dev.verbatim.cpu;

/** The transforms of weights that go with {@link WinogradTransforms}, columns first like them. */
interface WinogradWeightTransforms {
  /**
   * From weights to those of the tiles' positions.
   *
   * @param at first pair of channels
   * @param plane floats from one of a kernel's pixels to the next
   * @param count of pairs, a multiple of the vector
   * @param to where the first pair's go
   * @param uPlane floats from a position to the next
   */
  void weights(float[] w, int at, int plane, int count, float[] u, int to, int uPlane);

  /**
   * From gradients of the positions' weights to those of weights.
   *
   * @param from where the first pair's are
   * @param uPlane floats from a position to the next
   * @param count of pairs, a multiple of the vector
   * @param accumulate whether to add to what is there
   * @param at first pair of channels
   * @param plane floats from one of a kernel's pixels to the next
   */
  void gradient(
      float[] u,
      int from,
      int uPlane,
      int count,
      boolean accumulate,
      float[] dW,
      int at,
      int plane);
}
