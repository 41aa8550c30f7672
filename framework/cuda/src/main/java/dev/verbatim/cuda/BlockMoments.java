package dev.verbatim.cuda;

import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Tensor;
import java.util.HashSet;
import java.util.Set;

/**
 * Moments of blocks of 64 rows on their way to batch norm, in the scratch memory. A convolution
 * leaves those of its output there if they were asked for after the last time that it wrote to the
 * same place; they are good until the next launch.
 */
final class BlockMoments {
  private final Launch launch;
  private final Scratch scratch;
  private final Set<Long> asked = new HashSet<>();
  private long output;
  private Room outputs = Room.NONE;
  private long launches;

  BlockMoments(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
  }

  /**
   * Where they are for x[rows, channels]: sums, squares, and what is added up from them; each of
   * the first two has {@code bytes}.
   */
  record Room(int blocks, int workSize, long bytes, long sums) {
    /** Says that nobody asks. */
    static final Room NONE = new Room(0, 0, 0, 0);

    long squares() {
      return sums + bytes;
    }

    long work() {
      return sums + 2 * bytes;
    }
  }

  Room room(int rows, int channels) {
    int blocks = Math.ceilDiv(rows, NormKernels.ROWS_IN_BLOCK);
    int workSize = workSize(blocks);
    long bytes = (long) blocks * channels * Float.BYTES;
    long all = 2 * bytes + (long) workSize * channels * Float.BYTES;
    return new Room(blocks, workSize, bytes, scratch.bytes(all));
  }

  /** Room for the sums of all levels above the first, for one channel. */
  static int workSize(int blocks) {
    return blocks / (NormKernels.ROWS_IN_BLOCK - 1) + 2;
  }

  /** Where the launch that writes this output had best leave them; nowhere where nobody asks. */
  Room wanted(Tensor out, Ending ending) {
    if (ending != Ending.NONE || !asked.contains(CudaStorage.address(out))) {
      return Room.NONE;
    }
    launch.together().flush(); // what waits may take more of the scratch memory
    int channels = out.shape().dim(out.shape().rank() - 1);
    return room(out.size() / channels, channels);
  }

  /** Says that the last launch, which writes this output, has left them there. */
  void left(Tensor out, Room room) {
    if (room != Room.NONE) {
      output = CudaStorage.address(out);
      outputs = room;
      launches = launch.count();
    }
  }

  /** Whether those of x are in this room of its own now; from now on they are wanted. */
  boolean ask(Tensor x, Room room) {
    launch.together().flush(); // what waits may write to x
    long address = CudaStorage.address(x);
    asked.add(address);
    return address == output && room.equals(outputs) && launches == launch.count();
  }

  /** Says that anything may have been written to. */
  void forget() {
    output = 0;
  }

  /** Says that the host has written to memory. */
  void forget(DeviceMemory.Block memory) {
    if (memory.address() == output) {
      output = 0;
    }
  }
}
