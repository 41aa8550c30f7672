package dev.verbatim.bench;

import dev.verbatim.bench.Plan.Case;
import java.util.Arrays;
import java.util.Collection;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;

/** From what JMH measured, iteration by iteration, to a {@link Figure}. */
final class Measured {
  private Measured() {}

  static Figure figure(String date, String mode, Machine machine, Case each, RunResult result) {
    Collection<IterationResult> iterations =
        result.getBenchmarkResults().iterator().next().getIterationResults();
    IterationResult any = iterations.iterator().next();
    double flops = beside(any, "flops");
    double bytes = beside(any, "bytes");
    double images = beside(any, "images");
    double median = median(iterations, Measured::nanos);
    String[] shapeAndBatch = each.shape().split(" batch ", 2);
    return new Figure(
        date,
        mode,
        machine,
        each.threads(),
        each.benchmark().replace("Benchmark.", "."),
        shapeAndBatch[0],
        (int) images,
        median,
        iterations.stream().mapToDouble(Measured::nanos).min().orElseThrow(),
        images * 1e9 / median,
        flops / median,
        median(iterations, i -> flops / nanos(i) / beside(i, "fmaGflops")),
        bytes / median,
        median(iterations, i -> bytes / nanos(i) / beside(i, "triadGbytes")),
        median(iterations, i -> beside(i, "fmaGflops")),
        median(iterations, i -> beside(i, "triadGbytes")),
        median(iterations, i -> beside(i, "allocatedBytes") / i.getMetadata().getMeasuredOps()),
        median(iterations, i -> beside(i, "gc.alloc.rate.norm")));
  }

  private static double nanos(IterationResult iteration) {
    return iteration.getPrimaryResult().getScore();
  }

  private static double beside(IterationResult iteration, String name) {
    return Objects.requireNonNull(iteration.getSecondaryResults().get(name), name).getScore();
  }

  /** The lower of the two in the middle, where there are two. */
  private static double median(
      Collection<IterationResult> iterations, ToDoubleFunction<IterationResult> figure) {
    double[] sorted = iterations.stream().mapToDouble(figure).toArray();
    Arrays.sort(sorted);
    return sorted[(sorted.length - 1) / 2];
  }
}
