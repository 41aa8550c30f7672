package dev.verbatim.run;

import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Hashes;

/** The id of a run: all that determines its result, and nothing else. */
public final class RunIdentity {
  /** Raised whenever an order of additions or a stream of random numbers changes. */
  public static final int NUMERICS_VERSION = 2;

  private RunIdentity() {}

  /**
   * The first 12 hex digits of SHA-256 over configuration, pixels, numerics version and precision.
   */
  static String id(ResolvedConfig config, String pixelFingerprint) {
    String identity =
        config.identityYaml()
            + "pixels: "
            + pixelFingerprint
            + "\nnumerics: "
            + NUMERICS_VERSION
            + "\nprecision: "
            + config.train().precision()
            + "\n";
    return Hashes.ofText(identity).substring(0, 12);
  }
}
