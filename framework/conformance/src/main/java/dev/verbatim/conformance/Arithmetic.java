package dev.verbatim.conformance;

import dev.verbatim.tensor.Activation;
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

    @Override
    double activation(Activation f, double x) {
      return f.value((float) x);
    }

    @Override
    double slope(Activation f, double x, double y) {
      return f.slope((float) x, (float) y);
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

    @Override
    double activation(Activation f, double x) {
      return switch (f) {
        case SIGMOID -> 1 / (1 + Math.exp(-x));
        case TANH -> Math.tanh(x);
        case LEAKY_RELU -> x <= 0 ? Activation.LEAK * x : x;
        case SELU -> x > 0 ? Activation.SELU_SCALE * x : Activation.SELU_BOTTOM * Math.expm1(x);
        case GELU -> 0.5 * x * (1 + Math.tanh(geluArgument(x)));
      };
    }

    private double geluArgument(double x) {
      return x * (Activation.GELU_LINEAR + Activation.GELU_CUBIC * x * x);
    }

    @Override
    double slope(Activation f, double x, double y) {
      return switch (f) {
        case SIGMOID -> y * (1 - y);
        case TANH -> 1 - y * y;
        case LEAKY_RELU -> x <= 0 ? Activation.LEAK : 1;
        case SELU -> x > 0 ? Activation.SELU_SCALE : Activation.SELU_BOTTOM * Math.exp(x);
        case GELU -> {
          double t = Math.tanh(geluArgument(x));
          double inner = Activation.GELU_LINEAR + 3 * Activation.GELU_CUBIC * x * x;
          yield 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * inner;
        }
      };
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

  abstract double activation(Activation f, double x);

  /** The slope of a function at x, where its value is y. */
  abstract double slope(Activation f, double x, double y);
}
