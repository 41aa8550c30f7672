package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemGetInfo;

import dev.verbatim.tensor.OutOfDeviceMemory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUresult;

/**
 * Memory of the GPU. What is released is kept and handed out again to a request of the same size,
 * because the driver's own calls wait for the GPU; when memory runs out, what is kept goes back
 * first.
 */
final class DeviceMemory implements AutoCloseable {
  /** Sizes are rounded up to this, the alignment that vector loads and the driver like. */
  private static final long GRAIN = 512;

  /** Some memory. */
  static final class Block extends CUdeviceptr {
    private final long bytes;

    private Block(long bytes) {
      this.bytes = bytes;
    }

    long address() {
      return getNativePointer();
    }

    long bytes() {
      return bytes;
    }
  }

  private final List<Block> all = new ArrayList<>();
  private final Map<Long, Deque<Block>> unused = new HashMap<>();

  /**
   * Memory with whatever is in it.
   *
   * @throws OutOfDeviceMemory if there is not so much, with what was asked for and what is free
   */
  Block allocate(long bytes) {
    long rounded = Math.max(1, Math.ceilDiv(bytes, GRAIN)) * GRAIN;
    Deque<Block> kept = unused.get(rounded);
    if (kept != null && !kept.isEmpty()) {
      return kept.pop();
    }
    Block block = new Block(rounded);
    int result = cuMemAlloc(block, rounded);
    if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY && giveBack()) {
      result = cuMemAlloc(block, rounded);
    }
    if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      long[] free = new long[1];
      long[] total = new long[1];
      Driver.check(cuMemGetInfo(free, total), "memory cannot be asked for");
      long own = all.stream().mapToLong(Block::bytes).sum();
      throw new OutOfDeviceMemory(
          "cuda: out of memory: asked for %d MiB, %d of %d MiB are free"
              .formatted(Math.ceilDiv(rounded, 1 << 20), free[0] >> 20, total[0] >> 20),
          free[0] + own);
    }
    Driver.check(result, "memory cannot be had");
    all.add(block);
    return block;
  }

  void release(Block block) {
    unused.computeIfAbsent(block.bytes, size -> new ArrayDeque<>()).push(block);
  }

  /** Whether there was anything to give back. */
  private boolean giveBack() {
    int before = all.size();
    unused
        .values()
        .forEach(
            kept ->
                kept.forEach(
                    block -> {
                      Driver.check(cuMemFree(block), "memory cannot be given back");
                      all.remove(block);
                    }));
    unused.clear();
    return all.size() < before;
  }

  @Override
  public void close() {
    for (Block block : all) {
      int _ = cuMemFree(block);
    }
    all.clear();
    unused.clear();
  }
}
