package dev.verbatim.cuda;

import dev.verbatim.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;

/**
 * Sums of blocks, which are added up afterwards (sums.cu): those of many outputs in one launch,
 * such as the weight gradients of a whole step. They wait until somebody is about to touch one of
 * the outputs, or until their memory is full.
 */
final class BlockSums {
  /** A thread for each element. */
  private static final int ELEMENTS_IN_BLOCK = Launch.THREADS;

  private static final long GRAIN = 256;
  private static final long MOST_BYTES = 64 << 20;

  /** Of a small GPU's memory. */
  private static final int SHARE = 64;

  private final Launch launch;
  private final Scratch scratch;
  private final DeviceMemory memory;
  private final long capacity;
  private final Segments waiting = new Segments();
  private final Set<Long> outputs = new HashSet<>();
  private long begin;
  private long used;
  private long bytes;

  /**
   * Sums of which none waits.
   *
   * @param launch of their own: others may be begun when these are to be launched
   */
  BlockSums(Launch launch, Scratch scratch, DeviceMemory memory, long memoryBytes) {
    this.launch = launch;
    this.scratch = scratch;
    this.memory = memory;
    this.capacity = Math.min(MOST_BYTES, memoryBytes / SHARE);
  }

  /** Where blocks put their sums of an output that was touched; one block, to the output itself. */
  long room(int blocks, Tensor out) {
    if (blocks == 1) {
      return CudaStorage.address(out);
    }
    long needed = Math.ceilDiv(blocks * CudaStorage.bytes(out), GRAIN) * GRAIN;
    if (needed > capacity) {
      return scratch.bytes(needed);
    }
    if (begin == 0) {
      begin = memory.allocate(capacity).address();
    }
    if (used + needed > capacity || waiting.isFull()) {
      addUp();
    }
    used += needed;
    return begin + used - needed;
  }

  /**
   * Says that a launch leaves those of an output in their {@link #room}: they are to become it, or
   * to be added to it, in the blocks' order.
   */
  void left(long room, boolean accumulate, Tensor out, int blocks) {
    if (blocks == 1) {
      return;
    }
    long address = CudaStorage.address(out);
    waiting.add(blocks, out.size(), ELEMENTS_IN_BLOCK, room, address, accumulate ? address : 0);
    outputs.add(address);
    bytes += (blocks + 1) * CudaStorage.bytes(out);
    if (room < begin || room >= begin + capacity) {
      addUp(); // the scratch memory is the next one's
    }
  }

  /** Says that somebody is about to touch a tensor. */
  void before(Tensor tensor) {
    if (!outputs.isEmpty() && outputs.contains(CudaStorage.address(tensor))) {
      addUp();
    }
  }

  /** Launches what waits. */
  void addUp() {
    if (!waiting.isEmpty()) {
      launch.of("sumBlocks").moving(bytes).with(waiting.table()).blocks(waiting.blocks());
      waiting.clear();
      outputs.clear();
      bytes = 0;
      used = 0;
    }
  }
}
