package dev.verbatim.tensor;

/** What one element of a tensor is. */
public enum DType {
  /** IEEE 754 single precision: weights, activations, gradients. */
  FLOAT32(4),
  /**
   * The upper half of a FLOAT32: 8 bits of exponent, 7 of fraction. Activations and their gradients
   * in mixed precision; not every device has it.
   */
  BFLOAT16(2),
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
