package dev.verbatim.report.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.statistics.Bootstrap.Interval;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Against SciPy 1.17.1: {@code permutation_test((d,), mean, permutation_type='samples',
 * n_resamples=inf)} and {@code bootstrap((d,), mean, method='percentile', n_resamples=999999)}.
 */
class StatisticsTest {
  private static final double[] FIVE = {0.5, 1.25, -0.3, 0.9, 0.75};
  private static final double[] TEN = {
    -0.21, 0.34, 0.12, -0.05, 0.27, 0.41, -0.18, 0.33, 0.09, 0.22
  };
  private static final double[] WITH_TIES = {1, 1, -1, 0, 2, 1};

  @Test
  void pIsThatOfSciPy() {
    assertEquals(0.125, SignFlipTest.p(FIVE));
    assertEquals(0.091796875, SignFlipTest.p(TEN));
    assertEquals(0.3125, SignFlipTest.p(WITH_TIES));
  }

  /** 1,194,494 of 2^24 by dynamic programming over whole sums, in Python. */
  @Test
  void pOfManyPairsIsExactToo() {
    double[] d = {
      21, -34, 12, 5, 27, 41, -18, 33, 9, 22, -7, 15, -26, 38, 4, -11, 29, 16, -3, 35, -20, 14, 8,
      -13
    };
    assertEquals(1_194_494 / Math.scalb(1.0, 24), SignFlipTest.p(d));
    double[] tenths = Arrays.stream(d).map(x -> x / 10).toArray();
    assertEquals(SignFlipTest.p(d), SignFlipTest.p(tenths), "sums of tenths are rounded");
  }

  @Test
  void theSmallestPIsReachedByDifferencesOfOneSign() {
    for (int n = 1; n <= SignFlipTest.MOST_PAIRS; n++) {
      double[] d = LongStream.rangeClosed(1, n).mapToDouble(i -> -0.1 * i).toArray();
      assertEquals(SignFlipTest.smallestP(n), SignFlipTest.p(d), n + " pairs");
    }
    assertEquals(0.25, SignFlipTest.smallestP(3));
    assertEquals(0.0625, SignFlipTest.smallestP(5));
    assertTrue(Double.isNaN(SignFlipTest.p(new double[SignFlipTest.MOST_PAIRS + 1])));
    assertEquals(1, SignFlipTest.p(new double[4]), "no difference at all");
  }

  /**
   * 10,000 resamples put 2.5 % at the true quantile of 2.5 % +- 0.3 (two standard errors), which is
   * within a twentieth of the interval here.
   */
  @Test
  void theIntervalIsThatOfSciPy() {
    double[][] cases = {FIVE, TEN, WITH_TIES};
    Interval[] scipy = {
      new Interval(0.12, 1.03), new Interval(0.001, 0.258), new Interval(-1 / 6.0, 4 / 3.0)
    };
    for (int i = 0; i < cases.length; i++) {
      Interval ours = Bootstrap.ofMean(cases[i], 0.95);
      double width = scipy[i].high() - scipy[i].low();
      assertEquals(scipy[i].low(), ours.low(), 0.05 * width);
      assertEquals(scipy[i].high(), ours.high(), 0.05 * width);
      assertEquals(ours, Bootstrap.ofMean(cases[i], 0.95), "the same bits again");
    }
    assertThrows(IllegalArgumentException.class, () -> Bootstrap.ofMean(new double[1], 0.95));
  }

  @Test
  void pairsAreThoseThatBothSidesHave() {
    Map<Long, Double> variant = new HashMap<>();
    Map<Long, Double> baseline = new HashMap<>();
    for (long seed = 1; seed <= 5; seed++) {
      baseline.put(seed, 90.0 + seed);
      variant.put(seed, 90.0 + seed + FIVE[(int) seed - 1]);
    }
    variant.put(6L, 99.0);
    baseline.put(7L, 12.0);
    variant.put(8L, Double.NaN);
    baseline.put(8L, 90.0);
    PairedDifference difference = PairedDifference.of(variant, baseline);
    assertEquals(5, difference.pairs());
    assertEquals(0.62, difference.mean(), 1e-12);
    assertEquals(0.125, difference.p());
    assertEquals(0.0625, difference.smallestP());
    assertEquals(0.12, difference.interval().low(), 0.05);
    PairedDifference one = PairedDifference.of(Map.of(1L, 2.0), Map.of(1L, 1.5));
    assertEquals(0.5, one.mean());
    assertEquals(1, one.p());
    assertTrue(Double.isNaN(one.interval().low()));
    assertTrue(Double.isNaN(PairedDifference.of(Map.of(), Map.of(1L, 1.5)).mean()));
  }
}
