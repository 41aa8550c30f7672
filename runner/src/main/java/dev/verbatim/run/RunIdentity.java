package dev.verbatim.run;

import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.Hashes;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import java.util.Optional;

/** The id of a run: all that determines its result, and nothing else. */
public final class RunIdentity {
  /** Raised whenever an order of additions or a stream of random numbers changes. */
  public static final int NUMERICS_VERSION = 4;

  private RunIdentity() {}

  /**
   * What hardware a run's bits depend on: none in fp32; in bf16 that of the device.
   *
   * @param device as {@code --device} names it
   * @throws SpecException if that does not compute in bf16
   */
  static String hardware(ResolvedConfig config, String device) {
    if (Catalogue.activations(config.train()) == DType.FLOAT32) {
      return "";
    }
    String chosen = device.equals("auto") ? "cuda" : device;
    Optional<String> missing = Backends.missing(chosen, DType.BFLOAT16);
    if (missing.isPresent()) {
      throw new SpecException(
          "train.precision bf16: the GPU's type is part of a run's id; " + missing.get());
    }
    return Backends.hardware(chosen);
  }

  /**
   * The first 12 hex digits of SHA-256 over configuration, pixels, numerics version, precision and,
   * where there is one, the {@link #hardware}.
   */
  static String id(ResolvedConfig config, String pixelFingerprint, String hardware) {
    String identity =
        config.identityYaml()
            + "pixels: "
            + pixelFingerprint
            + "\nnumerics: "
            + NUMERICS_VERSION
            + "\nprecision: "
            + config.train().precision()
            + (hardware.isEmpty() ? "\n" : "\nhardware: " + hardware + "\n");
    return Hashes.ofText(identity).substring(0, 12);
  }
}
