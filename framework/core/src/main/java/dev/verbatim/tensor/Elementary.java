package dev.verbatim.tensor;

/**
 * Elementary functions of float32 made of {@code + - * / fma} and bit patterns only, so that every
 * device gives the same bits. The polynomials are those of Cephes (Moshier), evaluated with one FMA
 * a term. The constants of {@link #exp} are public for loops on vectors.
 */
public final class Elementary {
  /** 1 / ln(2). */
  public static final float LOG2_E = 0x1.715476p+0f;

  /** The first 15 bits of ln(2), so that its product with a whole number is exact. */
  public static final float LN2_HIGH = 0x1.62e400p-1f;

  /** What {@link #LN2_HIGH} leaves of ln(2). */
  public static final float LN2_LOW = 0x1.7f7d1cp-20f;

  /** Adding it rounds to the nearest whole number, ties to even. */
  public static final float ROUND = 0x1.8p23f;

  /** {@link #exp} above it is infinite. */
  public static final float EXP_OVERFLOW = 0x1.62e42ep6f; // 88.72283

  /** {@link #exp} below it is +0. */
  public static final float EXP_UNDERFLOW = -0x1.9fe368p6f; // -103.97208

  /** Factors of the second to the seventh power in {@link #exp}'s polynomial. */
  public static final float EXP_2 = 0x1.0p-1f;

  public static final float EXP_3 = 0x1.555554p-3f;
  public static final float EXP_4 = 0x1.555382p-5f;
  public static final float EXP_5 = 0x1.11121p-7f;
  public static final float EXP_6 = 0x1.6e879cp-10f;
  public static final float EXP_7 = 0x1.a0d2cep-13f;

  /** Bits of a float behind its exponent. */
  public static final int FRACTION_BITS = 23;

  /** What is added to an exponent in a float's bits. */
  public static final int BIAS = 127;

  private static final float SQRT_HALF = 0x1.6a09e6p-1f;

  private Elementary() {}

  /**
   * e to the x. Overflows to infinity above 88.72283, underflows gradually and to +0 below
   * -103.97208; NaN gives NaN.
   */
  public static float exp(float x) {
    if (x > EXP_OVERFLOW) {
      return Float.POSITIVE_INFINITY;
    }
    if (x < EXP_UNDERFLOW) {
      return 0f;
    }
    float n = Math.fma(x, LOG2_E, ROUND) - ROUND;
    float r = Math.fma(-n, LN2_LOW, Math.fma(-n, LN2_HIGH, x)); // |r| <= ln(2) / 2
    float p = EXP_7;
    p = Math.fma(p, r, EXP_6);
    p = Math.fma(p, r, EXP_5);
    p = Math.fma(p, r, EXP_4);
    p = Math.fma(p, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r * r, r) + 1f;
    int power = (int) n;
    int half =
        power
            >> 1; // two factors, so that the product may be denormal or close to the largest float
    return p * powerOfTwo(half) * powerOfTwo(power - half);
  }

  /** The natural logarithm. Zero gives -infinity, negative numbers and NaN give NaN. */
  public static float log(float x) {
    if (!(x > 0f)) {
      return x == 0f ? Float.NEGATIVE_INFINITY : Float.NaN;
    }
    if (x == Float.POSITIVE_INFINITY) {
      return x;
    }
    int exponent = 0;
    if (x < Float.MIN_NORMAL) {
      x *= 0x1p23f;
      exponent = -23;
    }
    int bits = Float.floatToRawIntBits(x);
    exponent += (bits >>> 23) - 126;
    float m = Float.intBitsToFloat((bits & 0x007fffff) | 0x3f000000); // [0.5, 1)
    if (m < SQRT_HALF) {
      m += m;
      exponent--;
    }
    float f = m - 1f;
    float z = f * f;
    float p = 0x1.204376p-4f;
    p = Math.fma(p, f, -0x1.d7a37p-4f);
    p = Math.fma(p, f, 0x1.de4a34p-4f);
    p = Math.fma(p, f, -0x1.fcba9ep-4f);
    p = Math.fma(p, f, 0x1.23d37ep-3f);
    p = Math.fma(p, f, -0x1.555cap-3f);
    p = Math.fma(p, f, 0x1.999d58p-3f);
    p = Math.fma(p, f, -0x1.fffff8p-3f);
    p = Math.fma(p, f, 0x1.555554p-2f);
    float y = p * f * z;
    y = Math.fma(exponent, LN2_LOW, y);
    y = Math.fma(-0.5f, z, y);
    return Math.fma(exponent, LN2_HIGH, f + y);
  }

  /**
   * The hyperbolic tangent: Cephes' polynomial below 0.625, {@code 1 - 2 / (exp(2|x|) + 1)} above.
   */
  public static float tanh(float x) {
    float size = Math.abs(x);
    if (size < 0.625f) {
      float z = x * x;
      float p = -0x1.75e1d4p-8f;
      p = Math.fma(p, z, 0x1.52269cp-6f);
      p = Math.fma(p, z, -0x1.b83c5ap-5f);
      p = Math.fma(p, z, 0x1.110726p-3f);
      p = Math.fma(p, z, -0x1.555532p-2f);
      return Math.fma(p * z, x, x);
    }
    float y = 1f - 2f / (exp(size + size) + 1f);
    return x < 0f ? -y : y;
  }

  /**
   * sin(π x) in double, for x in [-1, 1], by the sine's series up to the 21st power, whose first
   * term left out is below 2e-18. For what is computed on the host alone.
   */
  public static double sineOfPi(double x) {
    double folded = x > 0.5 ? 1 - x : x < -0.5 ? -1 - x : x;
    double y = Math.PI * folded;
    double square = y * y;
    double sum = 1;
    for (int n = 21; n > 1; n -= 2) {
      sum = 1 - square / (n * (n - 1)) * sum;
    }
    return y * sum;
  }

  /** cos(π x) in double, for x in [-1, 1]; see {@link #sineOfPi}. */
  public static double cosineOfPi(double x) {
    return sineOfPi(0.5 - Math.abs(x));
  }

  private static float powerOfTwo(int n) {
    return Float.intBitsToFloat((n + BIAS) << FRACTION_BITS);
  }
}
