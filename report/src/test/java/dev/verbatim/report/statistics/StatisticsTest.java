package dev.verbatim.report.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.statistics.PairedDifference.Interval;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Against SciPy 1.17.1: {@code permutation_test((d,), mean, permutation_type='samples',
 * n_resamples=inf)}; and against quantiles of Student's distribution by numerical integration in
 * Python, which are those of {@code ttest_1samp(d, 0).confidence_interval()}.
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

  @Test
  void theIntervalIsStudents() {
    double[][] cases = {{0.3, 0.5}, FIVE, WITH_TIES, TEN};
    Interval[] expected = {
      new Interval(-0.8706204736, 1.6706204736),
      new Interval(-0.1021426439, 1.3421426439),
      new Interval(-0.4171858017, 1.7505191350),
      new Interval(-0.0234218683, 0.2914218683)
    };
    for (int i = 0; i < cases.length; i++) {
      Map<Long, Double> differences = new HashMap<>();
      Map<Long, Double> zeros = new HashMap<>();
      for (int seed = 0; seed < cases[i].length; seed++) {
        differences.put((long) seed, cases[i][seed]);
        zeros.put((long) seed, 0.0);
      }
      Interval ours = PairedDifference.of(differences, zeros).interval();
      double digits = 4e-4 * (ours.high() - ours.low()); // of a table with four
      assertEquals(expected[i].low(), ours.low(), digits);
      assertEquals(expected[i].high(), ours.high(), digits);
    }
  }

  /** Of a normal distribution's samples, 95 in 100 intervals hold the mean, however few values. */
  @Test
  void intervalsHoldTheTrueMeanAsOftenAsTheySay() {
    int trials = 20_000;
    for (int n : new int[] {2, 3, 5, 12}) {
      var random = new Random(n);
      int held = 0;
      for (int trial = 0; trial < trials; trial++) {
        Map<Long, Double> values = new HashMap<>();
        Map<Long, Double> zeros = new HashMap<>();
        for (long seed = 0; seed < n; seed++) {
          values.put(seed, random.nextGaussian());
          zeros.put(seed, 0.0);
        }
        Interval interval = PairedDifference.of(values, zeros).interval();
        held += interval.low() <= 0 && interval.high() >= 0 ? 1 : 0;
      }
      // Four standard errors of such a share are 0.006.
      assertEquals(StudentT.CONFIDENCE, (double) held / trials, 0.006, n + " values");
    }
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
    assertEquals(-0.102, difference.interval().low(), 0.001);
    PairedDifference one = PairedDifference.of(Map.of(1L, 2.0), Map.of(1L, 1.5));
    assertEquals(0.5, one.mean());
    assertEquals(1, one.p());
    assertTrue(Double.isNaN(one.interval().low()));
    assertTrue(Double.isNaN(PairedDifference.of(Map.of(), Map.of(1L, 1.5)).mean()));
  }
}
