package dev.verbatim.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Param;

/**
 * What is run, and for how long.
 *
 * @param cases in this order
 */
record Plan(String mode, List<Case> cases) {
  /**
   * A benchmark at one shape.
   *
   * @param benchmark {@code ConvolutionBenchmark.forward}
   * @param warmUps iterations that are not counted
   * @param iterations that are
   * @param millis of an iteration, at least
   */
  record Case(
      String benchmark, String shape, int threads, int warmUps, int iterations, int millis) {}

  private static final List<String> CONVOLUTIONS =
      List.of("forward", "inputGradient", "weightGradient");

  /**
   * Those in whose name and shape a regular expression is found.
   *
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  List<Case> matching(String expression) {
    var pattern = Pattern.compile(expression);
    return cases.stream()
        .filter(c -> pattern.matcher(c.benchmark() + " " + c.shape()).find())
        .toList();
  }

  /** Everything at every shape, on one thread and on all. */
  static Plan full(int cores) {
    List<Case> cases = new ArrayList<>();
    for (int threads : cores == 1 ? List.of(1) : List.of(1, cores)) {
      for (String shape : shapes(StepBenchmark.class)) {
        cases.add(new Case("StepBenchmark.train", shape, threads, 3, 7, 1500));
        cases.add(new Case("StepBenchmark.infer", shape, threads, 3, 7, 700));
      }
      kernels(cases, ConvolutionBenchmark.class, CONVOLUTIONS, threads);
      kernels(cases, MatrixProductBenchmark.class, List.of("nn", "nt", "tn"), threads);
      kernels(cases, BatchNormBenchmark.class, List.of("forward", "backward"), threads);
      List<String> pointwise =
          List.of("maxPool", "maxPoolGradient", "relu", "reluGradient", "gelu", "geluGradient");
      kernels(cases, PointwiseBenchmark.class, pointwise, threads);
      kernels(cases, UpdateBenchmark.class, List.of("sgd"), threads);
      kernels(cases, LossBenchmark.class, List.of("softmaxCrossEntropy"), threads);
    }
    return new Plan("full", List.copyOf(cases));
  }

  private static void kernels(List<Case> cases, Class<?> type, List<String> methods, int threads) {
    for (String shape : shapes(type)) {
      for (String method : methods) {
        cases.add(new Case(type.getSimpleName() + "." + method, shape, threads, 3, 7, 300));
      }
    }
  }

  /** A benchmark of each family, and two networks; ends within two minutes. */
  static Plan quick(int cores) {
    List<Case> cases = new ArrayList<>();
    for (int threads : cores == 1 ? List.of(1) : List.of(1, cores)) {
      cases.add(new Case("StepBenchmark.train", "resnet20 batch 128", threads, 3, 4, 800));
      cases.add(new Case("StepBenchmark.train", "cifar_cnn batch 64", threads, 3, 4, 800));
    }
    cases.add(new Case("StepBenchmark.infer", "resnet20 batch 128", 1, 2, 4, 300));
    for (String method : CONVOLUTIONS) {
      quick(cases, "ConvolutionBenchmark." + method, "16->16@32x32 batch 128");
      quick(cases, "ConvolutionBenchmark." + method, "64->64@8x8 batch 128");
    }
    quick(cases, "MatrixProductBenchmark.nn", "1024x1024x1024");
    quick(cases, "BatchNormBenchmark.forward", "16@32x32 batch 128");
    quick(cases, "BatchNormBenchmark.backward", "16@32x32 batch 128");
    quick(cases, "PointwiseBenchmark.maxPool", "8@30x30 batch 64");
    quick(cases, "PointwiseBenchmark.gelu", "8@30x30 batch 64");
    quick(cases, "UpdateBenchmark.sgd", "278324");
    quick(cases, "LossBenchmark.softmaxCrossEntropy", "100@1x1 batch 128");
    return new Plan("quick", List.copyOf(cases));
  }

  private static void quick(List<Case> cases, String benchmark, String shape) {
    cases.add(new Case(benchmark, shape, 1, 2, 4, 150));
  }

  /** Those that the benchmark names. */
  private static List<String> shapes(Class<?> benchmark) {
    try {
      var param = benchmark.getField("shape").getAnnotation(Param.class);
      if (param == null) {
        throw new IllegalStateException(benchmark + " names no shapes");
      }
      return List.of(param.value());
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(e);
    }
  }
}
