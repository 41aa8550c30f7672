package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The inner loops for one vector width.
 *
 * @param lanes floats in a vector
 * @param strips those of {@link #strips(int)} by their step
 */
record Vectors(
    int lanes,
    OutputTiles outputs,
    Map<Integer, OutputTiles> strips,
    RowTiles rows,
    WeightTiles weights,
    Lanes elements,
    NormLanes norms) {
  static Vectors of(VectorWidth width) {
    if (width == VectorWidth.SCALAR) {
      var tiles = new ScalarTiles();
      return new Vectors(
          ScalarTiles.LANES,
          tiles,
          new HashMap<>(),
          RowTiles.none(tiles),
          tiles,
          new ScalarLanes(),
          new ScalarNormLanes());
    }
    var lookup = MethodHandles.lookup();
    int bits = width.bits();
    OutputTiles outputs =
        Specialized.load(lookup, VectorOutputTiles.class, OutputTiles.class, bits);
    WeightTiles weights =
        Specialized.load(lookup, VectorWeightTiles.class, WeightTiles.class, bits);
    RowTiles rows = RowTiles.none(outputs);
    if (VectorWidth.with32Registers()) { // with 16 the compiler would keep sums in memory
      rows = RowTiles.of(bits, outputs);
      weights =
          Specialized.load(
              lookup, VectorStemWeightTiles.class, WeightTiles.class, bits, 0, 0, weights);
    }
    return new Vectors(
        bits / Float.SIZE,
        outputs,
        new HashMap<>(),
        rows,
        weights,
        Specialized.load(lookup, VectorLanes.class, Lanes.class, bits),
        Specialized.load(lookup, VectorNormLanes.class, NormLanes.class, bits));
  }

  /**
   * Output tiles for strips: each six pixels lie side by side, a panel is two vectors and all its
   * channels are written.
   *
   * @param step floats from where the window of a pixel begins to that of the next
   */
  OutputTiles strips(int step) {
    if (outputs instanceof ScalarTiles) {
      return outputs;
    }
    var lookup = MethodHandles.lookup();
    int bits = lanes * Float.SIZE;
    return strips.computeIfAbsent(
        step,
        key -> Specialized.load(lookup, VectorStripTiles.class, OutputTiles.class, bits, key));
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
