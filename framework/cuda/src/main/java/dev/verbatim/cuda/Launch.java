package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;

import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.function.Consumer;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUstream;

/**
 * One launch of a kernel: its arguments in order, then {@link #over} or {@link #blocks}. The same
 * object serves every launch, so that none leaves garbage.
 */
final class Launch {
  /** Threads of a block, as KERNEL of common.cuh promises the compiler. */
  static final int THREADS = 256;

  /** What every GPU has for a block, without being asked for more. */
  static final int MOST_SHARED_BYTES = 48 << 10;

  private static final int MOST_ARGUMENTS = 16;
  private static final int ROOM_OF_FIRST = 4096; // in bytes: it may be a table
  private static final int ROOM = 128; // of another argument
  private static final CUfunction NONE = new CUfunction();

  private final CUstream stream;
  private final Modules modules;
  private final Consumer<Tensor> touch;
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(at(MOST_ARGUMENTS)).order(ByteOrder.nativeOrder());
  private final Pointer[] places = new Pointer[MOST_ARGUMENTS + 1];
  private final Together together;
  private CUfunction function = NONE;
  private String name = "";
  private int count;
  private long launches;
  private long bytes;
  private long flops;
  private boolean onTensorCores;
  private Optional<Stopwatch> stopwatch = Optional.empty();

  /**
   * Launches on a stream.
   *
   * @param touch is told of every tensor that a launch reads or writes, before it is launched
   */
  Launch(CUstream stream, Modules modules, Scratch scratch, Consumer<Tensor> touch) {
    this.stream = stream;
    this.modules = modules;
    this.touch = touch;
    this.together = new Together(this, scratch);
    for (int n = 0; n <= MOST_ARGUMENTS; n++) {
      Pointer[] first = new Pointer[n];
      for (int i = 0; i < n; i++) {
        first[i] = Pointer.to(values).withByteOffset(at(i));
      }
      places[n] = Pointer.to(first);
    }
  }

  /** Where an argument lies. */
  private static int at(int argument) {
    return argument == 0 ? 0 : ROOM_OF_FIRST + (argument - 1) * ROOM;
  }

  /** Calls that are launched together. */
  Together together() {
    return together;
  }

  /** Begins a launch of this kernel; what waits to be launched together comes first. */
  Launch of(String kernel) {
    together.flush();
    name = kernel;
    function = modules.kernel(kernel);
    count = 0;
    launches++;
    bytes = 0;
    flops = 0;
    onTensorCores = false;
    return this;
  }

  /** How many there have been. */
  long count() {
    return launches;
  }

  /** Begins a launch of the kernel of this name for activations of the tensor's type. */
  Launch of(String kernel, Tensor activations) {
    return of(activations.type() == DType.BFLOAT16 ? kernel + "16" : kernel);
  }

  /** Says that a launch is to come that reads or writes a tensor. */
  void touch(Tensor tensor) {
    touch.accept(tensor);
  }

  Launch with(Tensor tensor) {
    touch(tensor);
    return moving(CudaStorage.bytes(tensor)).with(CudaStorage.address(tensor));
  }

  /** Says that it reads or writes so many bytes beside its tensors. */
  Launch moving(long more) {
    bytes += more;
    return this;
  }

  /** Says how many multiply-adds in matrix products it does. */
  Launch multiplying(long macs) {
    flops = 2 * macs;
    return this;
  }

  /** Says how many multiply-adds it does on tensor cores. */
  Launch multiplyingOnTensorCores(long macs) {
    onTensorCores = true;
    return multiplying(macs);
  }

  /** Has every launch timed from here on, or none. */
  void time(Optional<Stopwatch> with) {
    stopwatch = with;
  }

  /** A place in the GPU's memory. */
  Launch with(long address) {
    values.putLong(at(count++), address);
    return this;
  }

  /** A struct, as the first argument. */
  Launch with(ByteBuffer struct) {
    values.put(at(count++), struct, 0, struct.limit());
    return this;
  }

  Launch with(int value) {
    values.putInt(at(count++), value);
    return this;
  }

  Launch with(float value) {
    values.putFloat(at(count++), value);
    return this;
  }

  Launch with(boolean value) {
    return with(value ? 1 : 0);
  }

  /** As {@code struct Window} of common.cuh. */
  Launch with(Window window) {
    return four(window.kernelHeight(), window.kernelWidth(), window.stride(), window.padding());
  }

  /** As {@code struct Images} of common.cuh: images, or one pixel for each row of a matrix. */
  Launch with(Shape shape) {
    return shape.rank() == 2
        ? four(shape.dim(0), 1, 1, shape.dim(1))
        : four(shape.dim(0), shape.dim(1), shape.dim(2), shape.dim(3));
  }

  /** Two numbers, as a struct has them. */
  Launch with(int first, int second) {
    int at = at(count++);
    values.putInt(at, first).putInt(at + 4, second);
    return this;
  }

  private Launch four(int a, int b, int c, int d) {
    int at = at(count++);
    values.putInt(at, a).putInt(at + 4, b).putInt(at + 8, c).putInt(at + 12, d);
    return this;
  }

  /** Some addresses and flags after them, as a struct has them. */
  Launch with(boolean[] flags, Tensor... tensors) {
    int at = addresses(tensors);
    for (int i = 0; i < flags.length; i++) {
      values.putInt(at + Integer.BYTES * i, flags[i] ? 1 : 0);
    }
    return this;
  }

  /** Some addresses and numbers after them, as a struct has them. */
  Launch with(float[] numbers, Tensor... tensors) {
    int at = addresses(tensors);
    for (int i = 0; i < numbers.length; i++) {
      values.putFloat(at + Float.BYTES * i, numbers[i]);
    }
    return this;
  }

  /** As {@code struct Ending} of endings.cuh. */
  Launch with(Ending ending) {
    return with(new boolean[] {ending.relu()}, ending.scale(), ending.shift(), ending.residual());
  }

  /** As {@code struct BlockMoments} of norms.cuh. */
  Launch with(BlockMoments.Room room) {
    int at = at(count++);
    values.putLong(at, room.sums()).putLong(at + Long.BYTES, room.squares());
    return this;
  }

  /** Where the struct goes on after them. */
  private int addresses(Tensor... tensors) {
    int at = at(count++);
    for (Tensor tensor : tensors) {
      touch(tensor);
      values.putLong(at, CudaStorage.address(tensor));
      bytes += CudaStorage.bytes(tensor);
      at += Long.BYTES;
    }
    return at;
  }

  /** Launches a thread for each of so many elements. */
  void over(int elements) {
    blocks(Math.ceilDiv(elements, THREADS));
  }

  /** Launches so many blocks of {@value #THREADS} threads. */
  void blocks(long blocks) {
    blocks(blocks, THREADS, 0);
  }

  /** Launches a grid of blocks of {@value #THREADS} threads; y and z are below 65,536. */
  void grid(int x, int y, int z) {
    grid(x, y, z, THREADS, 0);
  }

  /**
   * Launches blocks of so many threads, all along x, where there may be 2³¹ - 1 of them; along y
   * and z no more than 65,535.
   *
   * @param sharedBytes of memory that the threads of a block share, beside what the kernel has
   */
  void blocks(long blocks, int threads, int sharedBytes) {
    if (blocks > Integer.MAX_VALUE) {
      throw new BackendException(
          "cuda: kernel " + name + " needs " + blocks + " blocks, more than a launch can have");
    }
    grid((int) blocks, 1, 1, threads, sharedBytes);
  }

  private void grid(int x, int y, int z, int threads, int sharedBytes) {
    if (stopwatch.isPresent()) {
      stopwatch
          .get()
          .launch(name, bytes, flops, onTensorCores, () -> launch(x, y, z, threads, sharedBytes));
    } else {
      launch(x, y, z, threads, sharedBytes);
    }
  }

  private void launch(int x, int y, int z, int threads, int sharedBytes) {
    Pointer arguments = places[count];
    Driver.check(
        cuLaunchKernel(
            function, x, y, z, threads, 1, 1, sharedBytes, stream, arguments, new Pointer()),
        "kernel " + name + " cannot be launched");
  }
}
