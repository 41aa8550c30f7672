package dev.verbatim.nn;

import dev.verbatim.tensor.Elementary;
import dev.verbatim.tensor.Philox;

/**
 * How weights begin. Every parameter draws from its own stream, Philox(seed, WEIGHTS, 0, position),
 * in index order; biases begin at 0.
 */
public enum Initializer {
  /** Uniform in ±sqrt(6 / fanIn): He, Zhang, Ren and Sun (2015), for ReLU. */
  KAIMING_UNIFORM(true) {
    @Override
    double spread(long fanIn, long fanOut) {
      return Math.sqrt(6.0 / fanIn);
    }
  },
  /** Normal with standard deviation sqrt(2 / fanIn): He, Zhang, Ren and Sun (2015), for ReLU. */
  KAIMING_NORMAL(false) {
    @Override
    double spread(long fanIn, long fanOut) {
      return Math.sqrt(2.0 / fanIn);
    }
  },
  /** Uniform in ±sqrt(6 / (fanIn + fanOut)): Glorot and Bengio (2010). */
  XAVIER_UNIFORM(true) {
    @Override
    double spread(long fanIn, long fanOut) {
      return Math.sqrt(6.0 / (fanIn + fanOut));
    }
  },
  /** Normal with standard deviation sqrt(2 / (fanIn + fanOut)): Glorot and Bengio (2010). */
  XAVIER_NORMAL(false) {
    @Override
    double spread(long fanIn, long fanOut) {
      return Math.sqrt(2.0 / (fanIn + fanOut));
    }
  };

  private final boolean uniform;

  Initializer(boolean uniform) {
    this.uniform = uniform;
  }

  /** Half-width of the uniform, or standard deviation of the normal distribution. */
  abstract double spread(long fanIn, long fanOut);

  /** Fills the values of one parameter. */
  void fill(float[] values, long fanIn, long fanOut, Philox random) {
    float spread = (float) spread(fanIn, fanOut);
    for (int i = 0; i < values.length; i++) {
      values[i] = spread * (uniform ? symmetric(random) : normal(random));
    }
  }

  private static float symmetric(Philox random) {
    return 2f * random.nextFloat() - 1f;
  }

  /** Standard normal, by Marsaglia's polar method; the second number of each pair is not used. */
  private static float normal(Philox random) {
    while (true) {
      float u = symmetric(random);
      float v = symmetric(random);
      float s = u * u + v * v;
      if (s > 0f && s < 1f) {
        return u * (float) Math.sqrt(-2f * Elementary.log(s) / s);
      }
    }
  }
}
