package dev.verbatim.conformance;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A device that keeps every number in a double and computes with {@link ReferenceKernels}. */
final class ReferenceBackend implements Backend {
  private record Numbers(DType type, double[] array) implements Storage {
    @Override
    public long capacity() {
      return array.length;
    }
  }

  private final Arithmetic arithmetic;

  ReferenceBackend(Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
  }

  static double[] numbers(Tensor tensor) {
    return ((Numbers) tensor.storage()).array;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public String description() {
    return "reference, " + arithmetic;
  }

  @Override
  public Kernels kernels() {
    return new ReferenceKernels(arithmetic);
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    return new Tensor(shape, new Numbers(type, new double[shape.size()]));
  }

  @Override
  public void release(Tensor tensor) {}

  @Override
  public long allocatedBytes() {
    return 0;
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    for (int i = 0; i < tensor.size(); i++) {
      numbers(tensor)[i] = values[i];
    }
  }

  @Override
  public void write(Tensor tensor, int[] values) {
    for (int i = 0; i < tensor.size(); i++) {
      numbers(tensor)[i] = values[i];
    }
  }

  @Override
  public void write(Tensor tensor, double[] values) {
    System.arraycopy(values, 0, numbers(tensor), 0, tensor.size());
  }

  @Override
  public void read(Tensor tensor, float[] values) {
    for (int i = 0; i < tensor.size(); i++) {
      values[i] = (float) numbers(tensor)[i];
    }
  }

  @Override
  public void read(Tensor tensor, double[] values) {
    System.arraycopy(numbers(tensor), 0, values, 0, tensor.size());
  }

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    Tensor tensor = allocate(DType.UINT8, shape);
    for (int i = 0; i < shape.size(); i++) {
      numbers(tensor)[i] = bytes.get(ValueLayout.JAVA_BYTE, i) & 0xff;
    }
    return tensor;
  }

  @Override
  public void close() {}
}
