package dev.verbatim.tensor;

/** What a device module registers with {@link java.util.ServiceLoader}. */
public interface BackendProvider {
  /** The name that {@code --device} takes. */
  String name();

  /**
   * Opens the device.
   *
   * @param threads worker threads on the host; 0 takes one for each core
   * @throws BackendException if the device is not there
   */
  Backend open(int threads);
}
