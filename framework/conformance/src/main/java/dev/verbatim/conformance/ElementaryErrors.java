package dev.verbatim.conformance;

import dev.verbatim.tensor.Elementary;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;

/**
 * Measures the error of our own elementary functions over every float32, against {@link StrictMath}
 * in double, whose own error is below 2⁻²⁸ of what is measured. Takes minutes.
 */
public final class ElementaryErrors {
  /** A function of float32. */
  public interface FloatFunction {
    /** Its value. */
    float of(float x);
  }

  /**
   * The largest error that was seen.
   *
   * @param ulp in units of the last place of a float32 of the exact value's binade
   * @param at the argument
   * @param inputs how many arguments have a finite exact value and were compared
   */
  public record Worst(double ulp, float at, long inputs) {
    private Worst with(Worst other) {
      Worst larger = other.ulp > ulp ? other : this;
      return new Worst(larger.ulp, larger.at, inputs + other.inputs);
    }
  }

  private static final int PARTS = 1 << 10;

  private ElementaryErrors() {}

  /** Prints the figures that NUMERICS.md records. */
  public static void main(String[] arguments) {
    print("exp", Elementary::exp, StrictMath::exp);
    print("log", Elementary::log, StrictMath::log);
    print("tanh", Elementary::tanh, StrictMath::tanh);
  }

  private static void print(String name, FloatFunction own, DoubleUnaryOperator exact) {
    Worst worst = worst(own, exact, 1);
    System.out.printf(
        Locale.ROOT,
        "%s: at most %.4f ulp, at %s (%s), over %,d inputs%n",
        name,
        worst.ulp,
        worst.at,
        Float.toHexString(worst.at),
        worst.inputs);
  }

  /**
   * The largest error over every {@code stride}-th float32 whose exact value is finite as a
   * float32.
   */
  public static Worst worst(FloatFunction own, DoubleUnaryOperator exact, int stride) {
    return IntStream.range(0, PARTS)
        .parallel()
        .mapToObj(part -> worstOfPart(own, exact, stride, part))
        .reduce(new Worst(0, 0f, 0), Worst::with);
  }

  private static Worst worstOfPart(
      FloatFunction own, DoubleUnaryOperator exact, int stride, int part) {
    long size = (1L << 32) / PARTS;
    double worst = 0;
    float at = 0f;
    long inputs = 0;
    long first = part * size;
    for (long bits = first + Math.floorMod(-first, (long) stride);
        bits < first + size;
        bits += stride) {
      float x = Float.intBitsToFloat((int) bits);
      double expected = exact.applyAsDouble(x);
      if (Float.isFinite((float) expected)) {
        inputs++;
        double error = Math.abs(own.of(x) - expected) / ulp(expected);
        if (!(error <= worst)) { // NaN is as wrong as can be
          worst = Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
          at = x;
        }
      }
    }
    return new Worst(worst, at, inputs);
  }

  private static double ulp(double value) {
    return Math.max(Math.scalb(1.0, Math.getExponent(value) - 23), Float.MIN_VALUE);
  }
}
