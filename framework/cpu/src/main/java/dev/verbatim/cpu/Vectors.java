package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;

/**
 * The inner loops for one vector width.
 *
 * @param lanes floats in a vector
 */
record Vectors(
    int lanes, OutputTiles outputs, WeightTiles weights, Lanes elements, NormLanes norms) {
  static Vectors of(VectorWidth width) {
    if (width == VectorWidth.SCALAR) {
      var tiles = new ScalarTiles();
      return new Vectors(ScalarTiles.LANES, tiles, tiles, new ScalarLanes(), new ScalarNormLanes());
    }
    var lookup = MethodHandles.lookup();
    int bits = width.bits();
    return new Vectors(
        bits / Float.SIZE,
        Specialized.load(lookup, VectorOutputTiles.class, OutputTiles.class, bits),
        Specialized.load(lookup, VectorWeightTiles.class, WeightTiles.class, bits),
        Specialized.load(lookup, VectorLanes.class, Lanes.class, bits),
        Specialized.load(lookup, VectorNormLanes.class, NormLanes.class, bits));
  }
}
