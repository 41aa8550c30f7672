package dev.verbatim.cpu;

/** The transforms of weights that go with {@link WinogradTransforms}, columns first like them. */
interface WinogradWeightTransforms {
  /**
   * From weights to those of the tiles' positions.
   *
   * @param first pair of channels
   * @param count of pairs, a multiple of the vector
   * @param plane floats from a position to the next, in both
   */
  void weights(float[] w, int first, int count, int plane, float[] u);

  /**
   * From gradients of the positions' weights to those of weights.
   *
   * @param first pair of channels
   * @param count of pairs, a multiple of the vector
   * @param plane floats from a position to the next, in both
   * @param accumulate whether to add to what is there
   */
  void gradient(float[] u, int first, int count, int plane, boolean accumulate, float[] dW);
}
