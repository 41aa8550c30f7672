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

  /**
   * Opens the device.
   *
   * @param threads worker threads on the host; 0 takes one for each core
   * @throws BackendException if the device is not there
   */
  Backend open(int threads);
}
