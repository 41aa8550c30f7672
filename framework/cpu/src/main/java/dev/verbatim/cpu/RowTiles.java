package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.Map;

/** The inner loops of one vector width that suit a region of pixels. */
interface RowTiles {
  /**
   * Inner loops for pixels in rows or columns, for panels whose channels are all written.
   *
   * @param vectors 1 or 2
   * @param pixels that follow each other at one distance
   * @param step that distance in floats
   */
  OutputTiles fitting(int vectors, int pixels, int step);

  /** Those that suit all regions alike. */
  static RowTiles none(OutputTiles outputs) {
    return (vectors, pixels, step) -> outputs;
  }

  /** Those on vectors. */
  static RowTiles of(int bits, OutputTiles outputs) {
    return new OnVectors(bits, outputs, new HashMap<>());
  }

  /** One class for each step and number of pixels, loaded where it is first asked for. */
  record OnVectors(int bits, OutputTiles outputs, Map<String, OutputTiles> loaded)
      implements RowTiles {
    @Override
    public OutputTiles fitting(int vectors, int pixels, int step) {
      if (vectors == 2) {
        return step == 0 || pixels % VectorStripTiles.PIXELS > 0
            ? outputs
            : loaded.computeIfAbsent("strip," + step, key -> strips(step));
      }
      int tile = tileOf(pixels);
      return tile == 0
          ? outputs
          : loaded.computeIfAbsent(step + "," + tile, key -> rows(step, tile));
    }

    /** As few tiles as registers allow, as long as each other; 0 where they would be short. */
    private static int tileOf(int pixels) {
      int most = VectorWidth.with32Registers() ? VectorRowTiles.MOST : VectorRowTiles.MOST_OF_16;
      int tile = pixels / Math.ceilDiv(pixels, most);
      return tile < VectorRowTiles.FEWEST ? 0 : tile;
    }

    private OutputTiles strips(int step) {
      return Specialized.load(
          MethodHandles.lookup(), VectorStripTiles.class, OutputTiles.class, bits, step);
    }

    private OutputTiles rows(int step, int pixels) {
      var lookup = MethodHandles.lookup();
      return Specialized.load(
          lookup, VectorRowTiles.class, OutputTiles.class, bits, step, pixels, outputs);
    }
  }
}
