package dev.verbatim.tensor;

/** Memory of a device, in elements of one type. Each backend has its own kind and casts to it. */
public interface Storage {
  /** The type of the elements. */
  DType type();

  /** How many elements fit. */
  long capacity();
}
