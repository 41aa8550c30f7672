package dev.verbatim.conformance;

import dev.verbatim.tensor.Elementary;

/**
 * The numbers that the reference computes with. All are kept in doubles; float32 rounds every
 * result.
 */
enum Arithmetic {
  /**
   * What devices must do. Double holds the exact sum and product of two floats or rounds
   * innocuously before the final rounding; fma does not, and is done in float.
   */
  FLOAT32 {
    @Override
    double round(double exact) {
      return (float) exact;
    }

    @Override
    double fma(double a, double b, double c) {
      return Math.fma((float) a, (float) b, (float) c);
    }

    @Override
    double exp(double x) {
      return Elementary.exp((float) x);
    }

    @Override
    double log(double x) {
      return Elementary.log((float) x);
    }
  },
  /** For calculus. */
  FLOAT64 {
    @Override
    double round(double exact) {
      return exact;
    }

    @Override
    double fma(double a, double b, double c) {
      return Math.fma(a, b, c);
    }

    @Override
    double exp(double x) {
      return StrictMath.exp(x);
    }

    @Override
    double log(double x) {
      return StrictMath.log(x);
    }
  };

  /**
   * A sum, difference, product or quotient of two numbers, computed in double, as a number of this
   * arithmetic.
   */
  abstract double round(double exact);

  abstract double fma(double a, double b, double c);

  abstract double exp(double x);

  abstract double log(double x);
}
