package dev.verbatim.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.cpu.VectorLimits;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.annotations.Benchmark;

/** The benchmarks by themselves, without JMH and at sizes that take no time. */
class BenchmarksTest {
  private static final List<Class<? extends KernelBenchmark>> ALL =
      List.of(
          StepBenchmark.class,
          ConvolutionBenchmark.class,
          MatrixProductBenchmark.class,
          BatchNormBenchmark.class,
          PointwiseBenchmark.class,
          UpdateBenchmark.class,
          LossBenchmark.class);

  private static List<Method> methods(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .filter(m -> m.isAnnotationPresent(Benchmark.class))
        .toList();
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "StepBenchmark,cifar_cnn batch 1",
    "ConvolutionBenchmark,2->3@4x4 s2 batch 1",
    "MatrixProductBenchmark,2x3x4",
    "BatchNormBenchmark,2@3x3 batch 2",
    "PointwiseBenchmark,2@4x4 batch 1",
    "UpdateBenchmark,5",
    "LossBenchmark,3@1x1 batch 2"
  })
  void eachRunsAndSaysWhatItDoes(String name, String shape) throws ReflectiveOperationException {
    Class<?> type = Class.forName("dev.verbatim.bench." + name);
    Beside beside = new Beside();
    KernelBenchmark benchmark = (KernelBenchmark) type.getConstructor().newInstance();
    benchmark.threads = 1;
    type.getField("shape").set(benchmark, shape);
    type.getMethod("place", Beside.class).invoke(benchmark, beside);
    for (Method method : methods(type)) {
      Object _ = method.invoke(benchmark);
      assertTrue(beside.flops() + beside.bytes() > 0, method.getName());
    }
    benchmark.close();
  }

  @Test
  void theFullPlanNamesEveryBenchmarkAndTheQuickOneSomeOfThem() {
    Set<String> all = new HashSet<>();
    for (Class<?> type : ALL) {
      methods(type).forEach(m -> all.add(type.getSimpleName() + "." + m.getName()));
    }
    Set<String> full = new HashSet<>();
    Set<List<Object>> subjects = new HashSet<>();
    for (Plan.Case each : Plan.full(2).cases()) {
      full.add(each.benchmark());
      subjects.add(List.of(each.benchmark(), each.shape(), each.threads()));
    }
    assertEquals(all, full);
    for (Plan.Case each : Plan.quick(2).cases()) {
      assertTrue(
          subjects.contains(List.of(each.benchmark(), each.shape(), each.threads())),
          each.toString());
    }
    assertEquals(3, Plan.full(1).matching("^Convolution.*64@8x8").size());
    assertTrue(Plan.full(1).cases().stream().allMatch(c -> c.threads() == 1));
  }

  @Test
  void shapesAreReadFromTheirText() {
    assertEquals(
        new Convolution(new Images(16, 32, 30, 128), 32, Window.square(3, 1, 1)),
        Convolution.parse("16->32@32x30 batch 128"));
    assertEquals(
        new Convolution(new Images(3, 8, 8, 1), 5, Window.square(1, 2, 0)),
        Convolution.parse("3->5@8x8 k1 s2 batch 1"));
    assertEquals(Window.square(5, 1, 0), Convolution.parse("3->5@8x8 k5 p0 batch 1").window());
    assertEquals(Shape.of(2, 8, 9, 3), Images.parse("3@8x9 batch 2").shape());
    assertThrows(IllegalArgumentException.class, () -> Images.parse("3@8x9"));
    assertThrows(IllegalArgumentException.class, () -> Convolution.parse("3@8x9 batch 2"));
  }

  @Test
  void javaIsStartedAsTheProgramStartsIt() throws IOException {
    Path home = Path.of("../..");
    String launcher = Files.readString(home.resolve("runner/bin/verbatim"));
    assertTrue(launcher.contains("\"@$root/" + Bench.OPTIONS + "\""), launcher);
    assertTrue(Files.readString(home.resolve(Bench.OPTIONS)).contains("jdk.incubator.vector"));
  }

  @Test
  void theLimitsAreMeasured() {
    try (VectorLimits limits = new VectorLimits(2)) {
      assertTrue(limits.fmaGflops() > 0.1, "GFLOP/s");
      assertTrue(limits.triadGbytes() > 0.01, "GB/s");
    }
  }
}
