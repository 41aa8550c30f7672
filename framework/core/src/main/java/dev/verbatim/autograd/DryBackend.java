package dev.verbatim.autograd;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** A device with shapes and without memory or arithmetic. */
final class DryBackend implements Backend {
  private record NoMemory(DType type, long capacity) implements Storage {}

  static Tensor tensor(DType type, Shape shape) {
    return new Tensor(shape, new NoMemory(type, shape.size()));
  }

  @Override
  public String name() {
    return "dry";
  }

  @Override
  public String description() {
    return "shapes only";
  }

  @Override
  public Kernels kernels() {
    throw noMemory();
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    return tensor(type, shape);
  }

  @Override
  public void release(Tensor tensor) {}

  @Override
  public long allocatedBytes() {
    return 0;
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    throw noMemory();
  }

  @Override
  public void write(Tensor tensor, int[] values) {
    throw noMemory();
  }

  @Override
  public void write(Tensor tensor, double[] values) {
    throw noMemory();
  }

  @Override
  public void read(Tensor tensor, float[] values) {
    throw noMemory();
  }

  @Override
  public void read(Tensor tensor, double[] values) {
    throw noMemory();
  }

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    throw noMemory();
  }

  @Override
  public void close() {}

  private static IllegalStateException noMemory() {
    return new IllegalStateException("a dry tape has shapes only");
  }
}
