package dev.verbatim.tensor;

import java.util.ServiceLoader;

/** Finds devices on the class path. */
public final class Backends {
  private Backends() {}

  /** The CPU with a thread for each core. */
  public static Backend cpu() {
    return open("cpu", 0);
  }

  /**
   * Opens a device by name.
   *
   * @param threads worker threads on the host; 0 takes one for each core
   * @throws BackendException if no module on the class path offers it, or it is not there
   */
  public static Backend open(String name, int threads) {
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      if (provider.name().equals(name)) {
        return provider.open(threads);
      }
    }
    throw new BackendException("no device called '" + name + "' on the class path");
  }
}
