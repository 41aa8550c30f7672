package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jcuda.Pointer;
import jcuda.driver.CUstream;

/** One GPU: its memory, and one stream on which everything happens in the order of the calls. */
public final class CudaBackend implements Backend {
  /** Enough that the GPU does not wait for the host, few enough for the user to see progress. */
  private static final int STEPS_AHEAD = 32;

  private final Driver driver;
  private final CUstream stream = new CUstream();
  private final DeviceMemory memory = new DeviceMemory();
  private final Modules modules = new Modules();
  private final Staging staging;
  private final CudaKernels kernels;
  private final List<Recording> recordings = new ArrayList<>();
  private long allocatedBytes;

  CudaBackend(Driver driver) {
    this.driver = driver;
    Driver.check(cuStreamCreate(stream, 0), "no stream");
    this.staging = new Staging(stream);
    Scratch scratch = new Scratch(memory);
    this.kernels = new CudaKernels(new Launch(stream, modules, scratch), scratch);
  }

  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public String description() {
    return driver.description();
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public Runnable repeated(Runnable work) {
    Recording recording = new Recording(stream, work);
    recordings.add(recording);
    return recording;
  }

  @Override
  public int stepsAhead() {
    return STEPS_AHEAD;
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    long bytes = (long) shape.size() * type.bytes();
    DeviceMemory.Block block = memory.allocate(bytes);
    allocatedBytes += bytes;
    Driver.check(cuMemsetD8Async(block, (byte) 0, bytes, stream), "memory cannot be cleared");
    return new Tensor(shape, new CudaStorage(type, block, shape.size()));
  }

  @Override
  public void release(Tensor tensor) {
    allocatedBytes -= tensor.storage().capacity() * tensor.type().bytes();
    memory.release(CudaStorage.block(tensor));
  }

  @Override
  public long allocatedBytes() {
    return allocatedBytes;
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    write(tensor, MemorySegment.ofArray(values));
  }

  @Override
  public void write(Tensor tensor, int[] values) {
    write(tensor, MemorySegment.ofArray(values));
  }

  @Override
  public void write(Tensor tensor, double[] values) {
    write(tensor, MemorySegment.ofArray(values));
  }

  private void write(Tensor tensor, MemorySegment values) {
    long bytes = (long) tensor.size() * tensor.type().bytes();
    staging.write(values.asSlice(0, bytes), CudaStorage.block(tensor));
  }

  @Override
  public void read(Tensor tensor, float[] values) {
    read(tensor, Pointer.to(values));
  }

  @Override
  public void read(Tensor tensor, double[] values) {
    read(tensor, Pointer.to(values));
  }

  private void read(Tensor tensor, Pointer to) {
    Driver.check(cuStreamSynchronize(stream), "a kernel failed");
    long bytes = (long) tensor.size() * tensor.type().bytes();
    Driver.check(cuMemcpyDtoH(to, CudaStorage.block(tensor), bytes), "values cannot be read");
  }

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    Tensor tensor = allocate(DType.UINT8, shape);
    write(tensor, bytes);
    return tensor;
  }

  @Override
  public void close() {
    int _ = cuStreamSynchronize(stream);
    recordings.forEach(Recording::close);
    modules.close();
    staging.close();
    memory.close();
    int _ = cuStreamDestroy(stream);
    driver.close();
  }
}
