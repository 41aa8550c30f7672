package dev.verbatim.tensor;

/**
 * Functions of one number with a slope everywhere, by formulas of {@link Elementary} and one
 * rounded operation a sign. Slopes are given by x and y, so that nothing else need be kept.
 */
public enum Activation {
  /** {@code 1 / (1 + exp(-x))}; slope {@code y · (1 - y)}. */
  SIGMOID,
  /** {@link Elementary#tanh}; slope {@code 1 - y · y}, as {@code fma(-y, y, 1)}. */
  TANH,
  /** {@code x <= 0 ? 0.01 · x : x}; Maas, Hannun and Ng (2013). */
  LEAKY_RELU,
  /**
   * {@code x > 0 ? λ · x : fma(λα, exp(x), -λα)}; slope {@code λ}, or {@code y + λα}; Klambauer et
   * al. (2017).
   */
  SELU,
  /**
   * {@code 0.5 · x · (1 + tanh(u))}, {@code u = x · fma(0.044715 · k, x · x, k)}, {@code k = sqrt(2
   * / π)}: the tanh form of Hendrycks and Gimpel (2016).
   */
  GELU;

  /** Slope of {@link #LEAKY_RELU} below 0. */
  public static final float LEAK = 0.01f;

  /** λ of {@link #SELU}. */
  public static final float SELU_SCALE = 0x1.0cfabep+0f; // 1.0507009873554804

  /** λα of {@link #SELU}. */
  public static final float SELU_BOTTOM = 0x1.c212ccp+0f; // 1.7580993408473768

  /** k of {@link #GELU}. */
  public static final float GELU_LINEAR = 0x1.988454p-1f; // 0.7978845608028653

  /** 0.044715 k of {@link #GELU}. */
  public static final float GELU_CUBIC = 0x1.2444f2p-5f; // 0.0356774081363001

  /** The function. */
  public float value(float x) {
    return switch (this) {
      case SIGMOID -> 1f / (1f + Elementary.exp(-x));
      case TANH -> Elementary.tanh(x);
      case LEAKY_RELU -> x <= 0f ? LEAK * x : x;
      case SELU -> x > 0f ? SELU_SCALE * x : Math.fma(SELU_BOTTOM, Elementary.exp(x), -SELU_BOTTOM);
      case GELU -> 0.5f * x * (1f + Elementary.tanh(geluArgument(x)));
    };
  }

  /**
   * The slope.
   *
   * @param y the value at x
   */
  public float slope(float x, float y) {
    return switch (this) {
      case SIGMOID -> y * (1f - y);
      case TANH -> Math.fma(-y, y, 1f);
      case LEAKY_RELU -> x <= 0f ? LEAK : 1f;
      case SELU -> x > 0f ? SELU_SCALE : y + SELU_BOTTOM;
      case GELU -> {
        float t = Elementary.tanh(geluArgument(x));
        float inner = Math.fma(3f * GELU_CUBIC, x * x, GELU_LINEAR);
        yield Math.fma(0.5f * x * Math.fma(-t, t, 1f), inner, 0.5f * (1f + t));
      }
    };
  }

  private static float geluArgument(float x) {
    return x * Math.fma(GELU_CUBIC, x * x, GELU_LINEAR);
  }
}
