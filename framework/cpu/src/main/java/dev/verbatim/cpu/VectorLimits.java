package dev.verbatim.cpu;

import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine can do at most just now, measured by two loops on all threads at once: float32
 * FMAs on registers alone, and a triad {@code a = b + s · c} over arrays far larger than caches.
 */
public final class VectorLimits implements AutoCloseable {
  private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;
  private static final int ACCUMULATORS = 12;
  private static final int ROUNDS = 200_000;
  private static final int FMA_BURSTS = 5;
  private static final int TRIAD_PASSES = 2;
  private static final int TRIAD_ELEMENTS = 24 << 20;
  private static final long WARM_UP_NANOS = 300_000_000;

  /** Few, since a call that begins interpreted may remain so to its end. */
  private static final int WARM_UP_ROUNDS = 100;

  private final ExecutorService threads;
  private final List<Callable<Double>> fma;
  private final List<Callable<Double>> triad;
  private volatile float sink;

  /** Limits of this many threads; takes {@code 12 · 24 Mi} bytes and a moment to warm up. */
  public VectorLimits(int threads) {
    this.threads =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().daemon().name("limits").factory());
    this.fma = Collections.nCopies(threads, this::fmaOnce);
    int each = TRIAD_ELEMENTS / threads / LANES.length() * LANES.length();
    this.triad =
        IntStream.range(0, threads)
            .mapToObj(
                _ -> {
                  float[] a = new float[each];
                  float[] b = new float[each];
                  float[] c = new float[each];
                  return (Callable<Double>) () -> triadOnce(a, b, c);
                })
            .toList();
    float[] few = new float[WARM_UP_ROUNDS * LANES.length()];
    for (long end = System.nanoTime() + WARM_UP_NANOS; System.nanoTime() < end; ) {
      sink = multiplyAdd(WARM_UP_ROUNDS, 0.5f, sink);
      triad(few, few, few, 0.5f);
    }
    double _ = fmaGflops();
    double _ = triadGbytes();
  }

  /** Bits of the vectors that the loops use. */
  public static int vectorBits() {
    return LANES.vectorBitSize();
  }

  /** GFLOP/s of float32 FMAs, the sum over the threads. */
  public double fmaGflops() {
    return together(fma);
  }

  /** GB/s of the triad's three arrays, the sum over the threads. */
  public double triadGbytes() {
    return together(triad);
  }

  private double together(List<Callable<Double>> each) {
    try {
      double sum = 0;
      for (Future<Double> future : threads.invokeAll(each)) {
        sum += future.get();
      }
      return sum;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private double fmaOnce() {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < FMA_BURSTS; i++) {
      long begin = System.nanoTime();
      sink = multiplyAdd(ROUNDS, 0.5f, 1f);
      best = Math.min(best, System.nanoTime() - begin);
    }
    return 2.0 * ACCUMULATORS * LANES.length() * ROUNDS / best;
  }

  private static double triadOnce(float[] a, float[] b, float[] c) {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < TRIAD_PASSES; i++) {
      long begin = System.nanoTime();
      triad(a, b, c, 3f);
      best = Math.min(best, System.nanoTime() - begin);
    }
    return 12.0 * a.length / best;
  }

  /** Twelve independent sums hide the latency of an FMA on every processor known to us. */
  private static float multiplyAdd(int rounds, float factor, float addend) {
    FloatVector x = FloatVector.broadcast(LANES, factor);
    FloatVector y = FloatVector.broadcast(LANES, addend);
    FloatVector a0 = FloatVector.broadcast(LANES, 0);
    FloatVector a1 = FloatVector.broadcast(LANES, 1);
    FloatVector a2 = FloatVector.broadcast(LANES, 2);
    FloatVector a3 = FloatVector.broadcast(LANES, 3);
    FloatVector a4 = FloatVector.broadcast(LANES, 4);
    FloatVector a5 = FloatVector.broadcast(LANES, 5);
    FloatVector a6 = FloatVector.broadcast(LANES, 6);
    FloatVector a7 = FloatVector.broadcast(LANES, 7);
    FloatVector a8 = FloatVector.broadcast(LANES, 8);
    FloatVector a9 = FloatVector.broadcast(LANES, 9);
    FloatVector a10 = FloatVector.broadcast(LANES, 10);
    FloatVector a11 = FloatVector.broadcast(LANES, 11);
    for (int i = 0; i < rounds; i++) {
      a0 = x.fma(y, a0);
      a1 = x.fma(y, a1);
      a2 = x.fma(y, a2);
      a3 = x.fma(y, a3);
      a4 = x.fma(y, a4);
      a5 = x.fma(y, a5);
      a6 = x.fma(y, a6);
      a7 = x.fma(y, a7);
      a8 = x.fma(y, a8);
      a9 = x.fma(y, a9);
      a10 = x.fma(y, a10);
      a11 = x.fma(y, a11);
    }
    FloatVector sum =
        a0.add(a1)
            .add(a2)
            .add(a3)
            .add(a4)
            .add(a5)
            .add(a6)
            .add(a7)
            .add(a8)
            .add(a9)
            .add(a10)
            .add(a11);
    return sum.lane(0);
  }

  private static void triad(float[] a, float[] b, float[] c, float factor) {
    FloatVector s = FloatVector.broadcast(LANES, factor);
    for (int i = 0; i < a.length; i += LANES.length()) {
      FloatVector.fromArray(LANES, c, i).fma(s, FloatVector.fromArray(LANES, b, i)).intoArray(a, i);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
