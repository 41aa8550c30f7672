package dev.verbatim.cuda;

/**
 * Memory for what a kernel leaves to the next, one use after another. It grows when more is needed;
 * what was there before stays, because recorded launches may point to it.
 */
final class Scratch {
  private final DeviceMemory memory;
  private long bytes;
  private long address;

  Scratch(DeviceMemory memory) {
    this.memory = memory;
  }

  /** The address of so many bytes, with whatever is in them. */
  long bytes(long needed) {
    if (needed > bytes) {
      DeviceMemory.Block block = memory.allocate(needed);
      address = block.address();
      bytes = block.bytes();
    }
    return address;
  }
}
