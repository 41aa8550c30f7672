package dev.verbatim.cpu;

import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Memory of the CPU: a Java array, or a segment for pixels. */
sealed interface CpuStorage extends Storage {
  /** Float32 values. */
  record Floats(float[] array) implements CpuStorage {
    @Override
    public DType type() {
      return DType.FLOAT32;
    }

    @Override
    public long capacity() {
      return array.length;
    }
  }

  /** Float64 values. */
  record Doubles(double[] array) implements CpuStorage {
    @Override
    public DType type() {
      return DType.FLOAT64;
    }

    @Override
    public long capacity() {
      return array.length;
    }
  }

  /** Integers. */
  record Ints(int[] array) implements CpuStorage {
    @Override
    public DType type() {
      return DType.INT32;
    }

    @Override
    public long capacity() {
      return array.length;
    }
  }

  /** Bytes, possibly of a mapped file. */
  record Bytes(MemorySegment segment) implements CpuStorage {
    @Override
    public DType type() {
      return DType.UINT8;
    }

    @Override
    public long capacity() {
      return segment.byteSize();
    }
  }

  static float[] floats(Tensor tensor) {
    return ((Floats) tensor.storage()).array;
  }

  static double[] doubles(Tensor tensor) {
    return ((Doubles) tensor.storage()).array;
  }

  static int[] ints(Tensor tensor) {
    return ((Ints) tensor.storage()).array;
  }

  static MemorySegment bytes(Tensor tensor) {
    return ((Bytes) tensor.storage()).segment;
  }
}
