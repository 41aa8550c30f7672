package dev.verbatim.cuda;

import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;

/**
 * Memory of the GPU.
 *
 * @param capacity in elements
 */
record CudaStorage(DType type, DeviceMemory.Block block, long capacity) implements Storage {
  /** Where a tensor lies; 0 for one that is absent. */
  static long address(Tensor tensor) {
    return tensor.isPresent() ? block(tensor).address() : 0;
  }

  /** How many bytes a tensor has; 0 for one that is absent. */
  static long bytes(Tensor tensor) {
    return tensor.isPresent() ? (long) tensor.size() * tensor.type().bytes() : 0;
  }

  static DeviceMemory.Block block(Tensor tensor) {
    return ((CudaStorage) tensor.storage()).block;
  }
}
