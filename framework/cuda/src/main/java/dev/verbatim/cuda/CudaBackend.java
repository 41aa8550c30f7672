package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuMemcpyDtoH;
import static jcuda.driver.JCudaDriver.cuMemsetD8Async;
import static jcuda.driver.JCudaDriver.cuStreamCreate;
import static jcuda.driver.JCudaDriver.cuStreamDestroy;
import static jcuda.driver.JCudaDriver.cuStreamSynchronize;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jcuda.Pointer;
import jcuda.driver.CUstream;

/** One GPU: its memory, and one stream on which everything happens in the order of the calls. */
public final class CudaBackend implements Backend {
  /** Enough that the GPU does not wait for the host, few enough for the user to see progress. */
  private static final int STEPS_AHEAD = 32;

  /** Elements of a tensor that no cache holds, and a tensor's share of a small GPU's memory. */
  private static final long LARGE = 1 << 26;

  private static final long LARGE_SHARE = 512;

  private final Driver driver;
  private final CUstream stream = new CUstream();
  private final DeviceMemory memory = new DeviceMemory();
  private final Modules modules = new Modules();
  private final Staging staging;
  private final Launch launchOfSums;
  private final BlockSums sums;
  private final Launch launch;
  private final BlockMoments blockMoments;
  private final TransformedWeights weights;
  private final CudaKernels kernels;
  private final List<Recording> recordings = new ArrayList<>();
  private long allocatedBytes;

  CudaBackend(Driver driver) {
    this.driver = driver;
    Driver.check(cuStreamCreate(stream, 0), "no stream");
    this.staging = new Staging(stream);
    Scratch scratch = new Scratch(memory);
    this.launchOfSums = new Launch(stream, modules, scratch, nothing -> {});
    this.sums = new BlockSums(launchOfSums, scratch, memory, driver.memoryBytes());
    this.launch = new Launch(stream, modules, scratch, this::touched);
    this.blockMoments = new BlockMoments(launch, scratch);
    this.weights = new TransformedWeights(launch, memory);
    this.kernels = new CudaKernels(launch, scratch, sums, blockMoments, weights);
  }

  /** Somebody is about to read or to write a tensor. */
  private void touched(Tensor tensor) {
    sums.before(tensor);
    weights.touched(tensor);
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
    Recording recording = new Recording(stream, weights.recorded(() -> whole(work)));
    recordings.add(recording);
    return () -> {
      sums.addUp(); // what waits or is there now is not when the work is repeated
      blockMoments.forget();
      recording.run();
      blockMoments.forget();
      weights.forget();
    };
  }

  /** Does work, and what it has left to be done. */
  private void whole(Runnable work) {
    work.run();
    sums.addUp();
  }

  @Override
  public KernelTimes kernelTimes(Runnable work) {
    return new KernelTimes(
        timed(work), bytesPerSecond(), driver.flopsPerSecond(), driver.tensorFlopsPerSecond());
  }

  private List<KernelTimes.Kernel> timed(Runnable work) {
    Stopwatch stopwatch = new Stopwatch(stream);
    launch.time(Optional.of(stopwatch));
    launchOfSums.time(Optional.of(stopwatch));
    try {
      whole(work);
      return stopwatch.kernels();
    } finally {
      launch.time(Optional.empty());
      launchOfSums.time(Optional.empty());
    }
  }

  private double bytesPerSecond() {
    Shape shape = Shape.of((int) Math.min(LARGE, driver.memoryBytes() / LARGE_SHARE));
    Tensor a = allocate(DType.FLOAT32, shape);
    Tensor b = allocate(DType.FLOAT32, shape);
    Tensor c = allocate(DType.FLOAT32, shape);
    KernelTimes.Kernel add = timed(() -> kernels.add(a, b, c)).getFirst();
    List.of(a, b, c).forEach(this::release);
    return add.bytes() * 1e9 / add.nanos();
  }

  @Override
  public int stepsAhead() {
    return STEPS_AHEAD;
  }

  @Override
  public boolean augments() {
    return true;
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    long bytes = (long) shape.size() * type.bytes();
    DeviceMemory.Block block = memory.allocate(bytes);
    allocatedBytes += bytes;
    blockMoments.forget(block);
    Driver.check(cuMemsetD8Async(block, (byte) 0, bytes, stream), "memory cannot be cleared");
    return new Tensor(shape, new CudaStorage(type, block, shape.size()));
  }

  @Override
  public void release(Tensor tensor) {
    sums.before(tensor);
    weights.release(tensor);
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
    touched(tensor);
    blockMoments.forget(CudaStorage.block(tensor));
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
    sums.before(tensor);
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
