package dev.verbatim.cpu;

/** The transforms of weights that go with {@link WinogradTransforms}, columns first like them. */
interface WinogradWeightTransforms {
  /**
   * From weights to those of the tiles' positions, for {@code count} pairs of channels from one on.
   *
   * @param plane floats from a position to the next, in both
   */
  void weights(float[] w, int first, int count, int plane, float[] u);

  /** From gradients of the positions' weights to those of weights, or added to them. */
  void gradient(float[] u, int first, int count, int plane, boolean accumulate, float[] dW);
}
