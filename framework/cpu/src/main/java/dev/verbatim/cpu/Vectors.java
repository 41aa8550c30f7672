package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import java.util.List;

/**
 * The inner loops for one vector width.
 *
 * @param lanes floats in a vector
 * @param products for panels, widest first
 * @param sums likewise
 */
record Vectors(
    int lanes,
    OutputTiles outputs,
    RowTiles rows,
    WeightTiles weights,
    Lanes elements,
    NormLanes norms,
    WinogradTransforms transforms,
    WinogradWeightTransforms weightTransforms,
    List<WinogradProducts> products,
    List<WinogradSums> sums) {
  /**
   * Those of a width.
   *
   * @param loadsHalves as {@link Processor#loadsHalves}
   */
  static Vectors of(VectorWidth width, boolean loadsHalves) {
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
          new ScalarWinogradWeightTransforms(),
          List.of(new ScalarWinogradProducts()),
          List.of(new ScalarWinogradSums()));
    }
    var lookup = MethodHandles.lookup();
    int bits = width.bits();
    boolean wholeVectors =
        width == VectorWidth.BITS_512 && VectorWidth.with32Registers() && !loadsHalves;
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
        Specialized.load(
            lookup, VectorWinogradWeightTransforms.class, WinogradWeightTransforms.class, bits),
        panels(
            bits,
            WinogradProducts.class,
            wholeVectors
                ? List.of(
                    VectorWinogradQuadProducts.class,
                    VectorWinogradProducts.class,
                    VectorWinogradColumns.class)
                : List.of(VectorWinogradProducts.class)),
        panels(
            bits,
            WinogradSums.class,
            wholeVectors
                ? List.of(VectorWinogradSums.class, VectorWinogradRows.class)
                : List.of(VectorWinogradSums.class)));
  }

  private static <P extends WinogradPanel> List<P> panels(
      int bits, Class<P> type, List<Class<? extends P>> classes) {
    var lookup = MethodHandles.lookup();
    return classes.stream().map(each -> Specialized.load(lookup, each, type, bits)).toList();
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
