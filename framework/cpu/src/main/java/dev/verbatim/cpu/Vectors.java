package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The inner loops for one vector width.
 *
 * @param lanes floats in a vector
 */
record Vectors(
    int lanes,
    OutputTiles outputs,
    RowTiles rows,
    WeightTiles weights,
    Lanes elements,
    NormLanes norms,
    WinogradTransforms transforms,
    WinogradProducts products,
    WinogradSums sums) {
  static Vectors of(VectorWidth width) {
    if (width == VectorWidth.SCALAR) {
      var tiles = new ScalarTiles();
      return new Vectors(
          ScalarTiles.LANES,
          tiles,
          RowTiles.none(tiles),
          tiles,
          new ScalarLanes(),
          new ScalarNormLanes(),
          new ScalarWinogradTransforms(),
          new ScalarWinogradProducts(),
          new ScalarWinogradSums());
    }
    var lookup = MethodHandles.lookup();
    int bits = width.bits();
    OutputTiles outputs =
        Specialized.load(lookup, VectorOutputTiles.class, OutputTiles.class, bits);
    WeightTiles weights =
        Specialized.load(lookup, VectorWeightTiles.class, WeightTiles.class, bits);
    return new Vectors(
        bits / Float.SIZE,
        outputs,
        RowTiles.of(bits, outputs),
        Specialized.load(
            lookup, VectorStemWeightTiles.class, WeightTiles.class, bits, 0, 0, weights),
        Specialized.load(lookup, VectorLanes.class, Lanes.class, bits),
        Specialized.load(lookup, VectorNormLanes.class, NormLanes.class, bits),
        Specialized.load(lookup, VectorWinogradTransforms.class, WinogradTransforms.class, bits),
        Specialized.load(lookup, VectorWinogradProducts.class, WinogradProducts.class, bits),
        Specialized.load(lookup, VectorWinogradSums.class, WinogradSums.class, bits));
  }

  /** The widest of which these channels are a multiple; the narrowest where there is none. */
  static Vectors fitting(List<Vectors> kinds, int channels) {
    for (int i = 0; i < kinds.size(); i++) {
      if (channels % kinds.get(i).lanes == 0) {
        return kinds.get(i);
      }
    }
    return kinds.getLast();
  }
}
