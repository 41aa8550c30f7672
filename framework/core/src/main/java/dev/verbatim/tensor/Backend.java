package dev.verbatim.tensor;

import java.lang.foreign.MemorySegment;

/**
 * A device: its memory and its {@link Kernels}. Used by one thread at a time; a device may use many
 * inside a kernel.
 */
public interface Backend extends AutoCloseable {
  /** Short name: {@code cpu}, {@code cuda}. */
  String name();

  /** One line for logs: what hardware, how wide, how many threads. */
  String description();

  /** The arithmetic of the device. */
  Kernels kernels();

  /**
   * Work that will be done again and again: kernels alone, on the same tensors each time. A device
   * may record what the work launches and launch that instead of doing the work again; what the
   * work does on the host beside that must make no difference.
   */
  default Runnable repeated(Runnable work) {
    return work;
  }

  /**
   * How many training steps the host had best give before it waits for their results: 1 where
   * kernels are done when their methods return.
   */
  default int stepsAhead() {
    return 1;
  }

  /** Whether {@link Kernels#augmentImages} is there; else the host makes augmented batches. */
  default boolean augments() {
    return false;
  }

  /**
   * Does work, kernels alone, and says how long each took; {@link KernelTimes#NONE}, with nothing
   * done, where a device does not time them. What the work computes is of no use afterwards.
   */
  default KernelTimes kernelTimes(Runnable work) {
    return KernelTimes.NONE;
  }

  /** Fresh memory, all zero. */
  Tensor allocate(DType type, Shape shape);

  /** Gives memory back. Tensors that share the storage must not be used any more. */
  void release(Tensor tensor);

  /** Bytes allocated now. */
  long allocatedBytes();

  /** Copies host values into a FLOAT32 tensor of as many elements. */
  void write(Tensor tensor, float[] values);

  /** Copies the first {@code tensor.size()} host values into an INT32 tensor. */
  void write(Tensor tensor, int[] values);

  /** Copies host values into a FLOAT64 tensor of as many elements. */
  void write(Tensor tensor, double[] values);

  /** Copies a FLOAT32 tensor to the host. */
  void read(Tensor tensor, float[] values);

  /** Copies a FLOAT64 tensor to the host. */
  void read(Tensor tensor, double[] values);

  /**
   * A UINT8 tensor of these bytes; a device that shares memory with the host may refer to the
   * segment instead of copying it.
   */
  Tensor wrap(MemorySegment bytes, Shape shape);

  /** Gives back all memory and threads. */
  @Override
  void close();
}
