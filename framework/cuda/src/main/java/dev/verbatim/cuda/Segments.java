package dev.verbatim.cuda;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Tensors that one launch goes over: {@code struct Segments} of segments.cuh, which travels with
 * the launch, so that a recorded one keeps it.
 */
final class Segments {
  private static final int MOST = 80;
  private static final int MOST_TENSORS = 4;

  private static final int NUMBER = MOST * MOST_TENSORS * Long.BYTES;
  private static final int SIZE = NUMBER + MOST * Float.BYTES;
  private static final int FIRST_BLOCK = SIZE + MOST * Integer.BYTES;
  private static final int COUNT = FIRST_BLOCK + MOST * Integer.BYTES;
  private static final int ELEMENTS = COUNT + Integer.BYTES;

  private final ByteBuffer table =
      ByteBuffer.allocateDirect(ELEMENTS + Integer.BYTES).order(ByteOrder.nativeOrder());
  private int count;
  private int blocks;

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count == MOST;
  }

  /**
   * One more.
   *
   * @param number its own
   * @param elementsInBlock the same for all
   * @param addresses at most four
   */
  void add(float number, int size, int elementsInBlock, long... addresses) {
    for (int i = 0; i < addresses.length; i++) {
      table.putLong((count * MOST_TENSORS + i) * Long.BYTES, addresses[i]);
    }
    table.putFloat(NUMBER + count * Float.BYTES, number);
    table.putInt(SIZE + count * Integer.BYTES, size);
    table.putInt(FIRST_BLOCK + count * Integer.BYTES, blocks);
    count++;
    blocks += Math.ceilDiv(size, elementsInBlock);
    table.putInt(COUNT, count).putInt(ELEMENTS, elementsInBlock);
  }

  /** As the kernel has it. */
  ByteBuffer table() {
    return table;
  }

  /** Blocks of threads for all of them. */
  int blocks() {
    return blocks;
  }

  void clear() {
    count = 0;
    blocks = 0;
  }
}
