package dev.verbatim.tensor;

import java.util.Optional;

/** What a device module registers with {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name that {@code --device} takes. */
  String name();

  /** Why the device cannot be opened, in one line, as far as that shows without opening it. */
  default Optional<String> missing() {
    return Optional.empty();
  }

  /** Why the device does not compute in a type, in one line. */
  default Optional<String> missing(DType type) {
    return type == DType.BFLOAT16
        ? Optional.of(
            name()
                + ": does not compute in bf16, which needs a GPU of compute capability 8.0 or newer")
        : missing();
  }

  /** What the hardware is; results in BFLOAT16 are the same on what is called the same. */
  default String hardware() {
    return "";
  }

  /**
   * Opens the device.
   *
   * @param threads worker threads on the host; 0 takes one for each core
   * @throws BackendException if the device is not there
   */
  Backend open(int threads);
}
