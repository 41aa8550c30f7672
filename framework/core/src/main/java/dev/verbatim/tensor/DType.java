package dev.verbatim.tensor;

/** What one element of a tensor is. */
public enum DType {
  /** IEEE 754 single precision: weights, activations, gradients. */
  FLOAT32(4),
  /** IEEE 754 double precision: totals over an epoch. */
  FLOAT64(8),
  /** Signed 32-bit integers: labels, indices. */
  INT32(4),
  /** Unsigned bytes: pixels. */
  UINT8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes per element. */
  public int bytes() {
    return bytes;
  }
}
