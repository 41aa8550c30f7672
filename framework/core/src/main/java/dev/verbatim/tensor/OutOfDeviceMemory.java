package dev.verbatim.tensor;

/** A device has less memory than was asked of it. */
public final class OutOfDeviceMemory extends BackendException {
  private static final long serialVersionUID = 1;

  private final long capacity;

  /**
   * An exception with this message.
   *
   * @param capacity bytes that this program could have on the device in all
   */
  public OutOfDeviceMemory(String message, long capacity) {
    super(message);
    this.capacity = capacity;
  }

  /** Bytes that this program could have on the device in all. */
  public long capacity() {
    return capacity;
  }
}
