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
  /** Of channels, in tiles; otherwise each value has a thread. */
  private static final int THREADS_OF_A_PAIR = 16;

  private static final long GRAIN = 256;
  private static final long MOST_BYTES = 128 << 20;

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

  /**
   * Where blocks put their sums of an output, so many values each.
   *
   * @param inTiles whether they are those of {@code winogradWeightSums}
   */
  record Room(long address, int blocks, int values, boolean inTiles, Tensor out) {
    long bytes() {
      return BlockSums.bytes(blocks, values);
    }

    private int pairs() {
      return values / TransformedWeights.POSITIONS;
    }

    boolean isOutput() {
      return address == CudaStorage.address(out);
    }
  }

  /** For an output that was touched; that of one block is the output itself. */
  Room room(int blocks, Tensor out) {
    long address = blocks == 1 ? CudaStorage.address(out) : place(blocks, out.size());
    return new Room(address, blocks, out.size(), false, out);
  }

  /** For the gradient by the weights of a convolution in tiles, which was touched. */
  Room roomInTiles(int blocks, Tensor dW) {
    int values = dW.size() / TransformedWeights.TAPS * TransformedWeights.POSITIONS;
    return new Room(place(blocks, values), blocks, values, true, dW);
  }

  private static long bytes(long blocks, int values) {
    return Math.ceilDiv(blocks * values * Float.BYTES, GRAIN) * GRAIN;
  }

  private long place(int blocks, int values) {
    long needed = bytes(blocks, values);
    if (waiting.isFull()) {
      addUp();
    }
    if (needed > capacity) {
      return scratch.bytes(needed);
    }
    if (begin == 0) {
      begin = memory.allocate(capacity).address();
    }
    if (used + needed > capacity) {
      addUp();
    }
    used += needed;
    return begin + used - needed;
  }

  /**
   * Says that a launch leaves sums in their room: they are to become the output, or to be added to
   * it, in the blocks' order.
   */
  void left(Room room, boolean accumulate) {
    if (room.isOutput()) {
      return;
    }
    long out = CudaStorage.address(room.out);
    long before = accumulate ? out : 0;
    long inTiles = room.inTiles ? out : 0;
    int threads = room.inTiles ? room.pairs() * THREADS_OF_A_PAIR : room.values;
    waiting.add(room.blocks, threads, Launch.THREADS, room.address, out, before, inTiles);
    outputs.add(out);
    bytes += room.bytes() + CudaStorage.bytes(room.out);
    if (room.address < begin || room.address >= begin + capacity) {
      addUp(); // the scratch memory is the next one's
    } else { // what that launch reads may have been waiting, and its room counts no more
      used = Math.max(used, room.address + room.bytes() - begin);
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
