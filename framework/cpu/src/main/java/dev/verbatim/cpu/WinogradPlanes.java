package dev.verbatim.cpu;

import dev.verbatim.tensor.Kernels;
import java.util.List;
import jdk.internal.misc.Unsafe;

/**
 * Scratch memory for some tiles of values: for each of a tile's positions a plane {@code
 * [chunk][tile][CHUNK]} of its channels. One object a thread, or one for all.
 */
final class WinogradPlanes {
  /** Outputs of a tile are so many squared. */
  static final int TILE = Kernels.TILE;

  /** Values of a tile are so many squared. */
  static final int SIDE = TILE + 2;

  /** Of a tile's values, row by row. */
  static final int POSITIONS = SIDE * SIDE;

  /** Channels that lie side by side: a cache line. */
  static final int CHUNK = Kernels.TILE_CHANNELS;

  /** Floats in a cache line. */
  static final int LINE = 16;

  private final int[] groups;

  float[] array = {};

  /** Floats from a plane to the next: an odd number of cache lines, so that they do not collide. */
  int plane;

  /** Floats from a chunk to the next. */
  int chunk;

  private int start;

  /** See {@link VectorWidth#with32Registers}. Long enough to share no cache line with others. */
  final float[] fence = new float[32];

  private final Object[] holder = new Object[1];

  /**
   * Without room yet.
   *
   * @param products all that may work on them
   */
  WinogradPlanes(List<WinogradProducts> products) {
    groups = products.stream().mapToInt(WinogradProducts::group).distinct().toArray();
  }

  /** Makes room. What lay there before is lost: values may begin at another place. */
  void lay(int channels, int tiles) {
    int room = 0;
    for (int group : groups) {
      room = Math.max(room, Math.ceilDiv(tiles, group) * group);
    }
    chunk = room * CHUNK;
    plane = channels / CHUNK * chunk + LINE;
    int size = POSITIONS * plane + LINE;
    if (array.length < size) {
      array = new float[size];
    }
    start = firstOfLine();
  }

  /** Where a value lies. */
  int at(int position, int channel, int tile) {
    return start + position * plane + channel / CHUNK * chunk + tile * CHUNK + channel % CHUNK;
  }

  /** Floats from the first vector of a panel of two to the second. */
  int toSecond(int width) {
    return width == CHUNK ? chunk : width;
  }

  /**
   * The first element that begins a cache line, as far as can be told: stores that span two lines
   * take twice as long. Nothing but speed depends on it.
   */
  private int firstOfLine() {
    // Scalar loops, one tile at a time, also run where Unsafe may not be read.
    if (isScalar() || Unsafe.ARRAY_OBJECT_INDEX_SCALE != Integer.BYTES) {
      return 0;
    }
    holder[0] = array;
    long compressed = Unchecked.UNSAFE.getInt(holder, Unsafe.ARRAY_OBJECT_BASE_OFFSET);
    holder[0] = "";
    long floats = (compressed << 1) + Unsafe.ARRAY_FLOAT_BASE_OFFSET / Float.BYTES;
    return (int) (-floats & (LINE - 1));
  }

  private boolean isScalar() {
    return groups.length == 1 && groups[0] == 1;
  }
}
