package dev.verbatim.run;

import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Shape;
import java.util.List;

/**
 * Everything that one run needs, resolved: the values of a configuration as objects of the framework.
 *
 * @param configYaml canonical text, stored as config.yaml
 * @param identityYaml the part of it that determines the result, for the id
 * @param image {@code [h,w,c]}
 */
record RunSpec(
    String experiment,
    String variant,
    long seed,
    String configYaml,
    String identityYaml,
    Shape image,
    Layer architecture,
    Initializer initializer,
    List<Double> mean,
    List<Double> std,
    double learningRate,
    Sgd.Options sgd,
    int epochs,
    int batchSize,
    boolean dropLast,
    String precision) {
  /** Raised whenever an order of additions or a stream of random numbers changes. */
  static final int NUMERICS_VERSION = 1;

  /** The first 12 hex digits of SHA-256 over all that determines the result. */
  String id(String pixelFingerprint) {
    String identity =
        identityYaml + "pixels: " + pixelFingerprint + "\nnumerics: " + NUMERICS_VERSION + "\nprecision: " + precision + "\n";
    return Hashes.ofText(identity).substring(0, 12);
  }
}
