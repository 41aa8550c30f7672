package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuMemFreeHost;
import static jcuda.driver.JCudaDriver.cuMemHostAlloc;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUstream;

/**
 * Page-locked memory through which the host's values reach the GPU without waiting for it: used
 * from its beginning to its end, and only then the host waits, until all of it has been read.
 */
final class Staging implements AutoCloseable {
  private static final int BYTES = 8 << 20;

  private final CUstream stream;
  private final Pointer pointer = new Pointer();
  private final MemorySegment memory;
  private int used;

  Staging(CUstream stream) {
    this.stream = stream;
    Driver.check(cuMemHostAlloc(pointer, BYTES, 0), "no page-locked memory");
    this.memory = MemorySegment.ofBuffer(pointer.getByteBuffer(0, BYTES));
  }

  /** Copies the host's bytes to the GPU; they may be changed as soon as this returns. */
  void write(MemorySegment from, CUdeviceptr to) {
    for (long done = 0; done < from.byteSize(); ) {
      if (used == BYTES) {
        Driver.check(cuStreamSynchronize(stream), "a kernel failed");
        used = 0;
      }
      int count = (int) Math.min(BYTES - used, from.byteSize() - done);
      MemorySegment.copy(from, done, memory, used, count);
      Driver.check(
          cuMemcpyHtoDAsync(to.withByteOffset(done), pointer.withByteOffset(used), count, stream),
          "values cannot be written");
      done += count;
      used = (int) Math.min(BYTES, Math.ceilDiv(used + count, 8) * 8L);
    }
  }

  @Override
  public void close() {
    int _ = cuMemFreeHost(pointer);
  }
}
