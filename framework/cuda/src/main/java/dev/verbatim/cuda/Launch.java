package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuLaunchKernel;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  private static final int MOST_ARGUMENTS = 16;
  private static final int ROOM_OF_FIRST = 4096; // in bytes: it may be a table
  private static final int ROOM = 64; // of another argument
  private static final CUfunction NONE = new CUfunction();

  private final CUstream stream;
  private final Modules modules;
  private final ByteBuffer values =
      ByteBuffer.allocateDirect(at(MOST_ARGUMENTS)).order(ByteOrder.nativeOrder());
  private final Pointer[] places = new Pointer[MOST_ARGUMENTS + 1];
  private final Together together;
  private CUfunction function = NONE;
  private String name = "";
  private int count;

  Launch(CUstream stream, Modules modules, Scratch scratch) {
    this.stream = stream;
    this.modules = modules;
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
    return this;
  }

  Launch with(Tensor tensor) {
    return with(CudaStorage.address(tensor));
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

  private Launch four(int a, int b, int c, int d) {
    int at = at(count++);
    values.putInt(at, a).putInt(at + 4, b).putInt(at + 8, c).putInt(at + 12, d);
    return this;
  }

  /** Some addresses and a number at the end, as a struct has them. */
  Launch with(boolean last, Tensor... tensors) {
    int at = at(count++);
    for (int i = 0; i < tensors.length; i++) {
      values.putLong(at + 8 * i, CudaStorage.address(tensors[i]));
    }
    values.putInt(at + 8 * tensors.length, last ? 1 : 0);
    return this;
  }

  /** Launches a thread for each of so many elements. */
  void over(int elements) {
    blocks(Math.ceilDiv(elements, THREADS), 1);
  }

  /** Launches a grid of blocks of {@value #THREADS} threads. */
  void blocks(int x, int y) {
    blocks(x, y, THREADS, 0);
  }

  /**
   * Launches a grid of blocks of so many threads.
   *
   * @param sharedBytes of memory that the threads of a block share, beside what the kernel has
   */
  void blocks(int x, int y, int threads, int sharedBytes) {
    Driver.check(
        cuLaunchKernel(
            function, x, y, 1, threads, 1, 1, sharedBytes, stream, places[count], new Pointer()),
        "kernel " + name + " cannot be launched");
  }

  /** {@code out}, or what is added to it: the sums of blocks at an address, in index order. */
  void sumBlocks(long partial, boolean accumulate, Tensor out, int blocks) {
    of("sumBlocks")
        .with(partial)
        .with(accumulate)
        .with(out)
        .with(blocks)
        .with(out.size())
        .over(out.size());
  }
}
