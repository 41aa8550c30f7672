package dev.verbatim.tensor;

import java.util.Optional;
import java.util.ServiceLoader;

/** Finds devices on the class path. */
public final class Backends {
  private Backends() {}

  /** The CPU with a thread for each core. */
  public static Backend cpu() {
    return open("cpu", 0);
  }

  /**
   * Opens a device by name; {@code auto} is {@code cuda} where it is not {@link #missing}, else the
   * CPU.
   *
   * @param threads worker threads on the host; 0 takes one for each core
   * @throws BackendException if no module on the class path offers it, or it is not there
   */
  public static Backend open(String name, int threads) {
    String chosen = chosen(name);
    return provider(chosen).orElseThrow(() -> new BackendException(unknown(chosen))).open(threads);
  }

  /** The name of the device that {@link #open} would open: what {@code auto} stands for here. */
  public static String chosen(String name) {
    return !name.equals("auto") ? name : missing("cuda").isEmpty() ? "cuda" : "cpu";
  }

  /** Why a device cannot be opened, in one line, as far as that shows without opening it. */
  public static Optional<String> missing(String name) {
    Optional<BackendProvider> provider = provider(name);
    return provider.isEmpty() ? Optional.of(unknown(name)) : provider.get().missing();
  }

  /** Why a device does not compute in a type, in one line. */
  public static Optional<String> missing(String name, DType type) {
    Optional<BackendProvider> provider = provider(name);
    return provider.isEmpty() ? Optional.of(unknown(name)) : provider.get().missing(type);
  }

  /**
   * What the hardware of a device is.
   *
   * @throws BackendException if it is missing
   */
  public static String hardware(String name) {
    return provider(name).orElseThrow(() -> new BackendException(unknown(name))).hardware();
  }

  private static Optional<BackendProvider> provider(String name) {
    for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
      if (provider.name().equals(name)) {
        return Optional.of(provider);
      }
    }
    return Optional.empty();
  }

  private static String unknown(String name) {
    return "no device called '" + name + "' on the class path";
  }
}
