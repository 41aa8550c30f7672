package dev.verbatim.cpu;

import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.KernelTimes.Kernel;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Takes the time of each call of a kernel while work is done round after round; what follows a call
 * in the caches is what follows it in the work. The time of a call is the median of its rounds.
 */
final class CallTimes {
  private record Kind(String name, long bytes, long flops) {}

  private record Call(Kind kind, double[] nanos) {}

  private static final int MOST_ROUNDS = 31;
  private static final int LEAST_ROUNDS = 3;
  private static final long ROUNDS_NANOS = 10_000_000_000L;

  private final Kernels kernels;
  private final List<Call> calls = new ArrayList<>();
  private int rounds;
  private boolean knowsCalls;
  private int next;

  CallTimes(CpuKernels kernels) {
    NormKernels norms =
        proxy(NormKernels.class, (p, method, given) -> call(kernels.norms(), method, given));
    this.kernels =
        proxy(
            Kernels.class,
            (p, method, given) ->
                method.getName().equals("norms") ? norms : call(kernels, method, given));
  }

  /** The kernels, each call of which is timed. */
  Kernels kernels() {
    return kernels;
  }

  /**
   * Does the work round after round, since other programs take their share of a CPU; what the
   * machine can do at most is measured before each. That leaves nothing of the work in the caches,
   * so it is done twice, and the second time counts.
   *
   * @param work calls the same of {@link #kernels} in the same order each time
   */
  KernelTimes of(Runnable work, VectorLimits limits) {
    double[] bytes = new double[MOST_ROUNDS];
    double[] flops = new double[MOST_ROUNDS];
    long begin = System.nanoTime();
    while (rounds < LEAST_ROUNDS
        || (rounds < MOST_ROUNDS && System.nanoTime() - begin < ROUNDS_NANOS)) {
      bytes[rounds] = 1e9 * limits.triadGbytes();
      flops[rounds] = 1e9 * limits.fmaGflops();
      once(work);
      once(work);
      rounds++;
    }
    return new KernelTimes(times(), median(bytes), median(flops), 0);
  }

  private double median(double[] ofRounds) {
    double[] sorted = Arrays.copyOf(ofRounds, rounds);
    Arrays.sort(sorted);
    return sorted[(rounds - 1) / 2];
  }

  private void once(Runnable work) {
    next = 0;
    work.run();
    knowsCalls = true;
    if (next != calls.size()) {
      throw new IllegalStateException(
          "a round of " + next + " kernels after others of " + calls.size());
    }
  }

  private static <K> K proxy(Class<K> type, InvocationHandler handler) {
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(Object on, Method method, Object[] arguments) throws Throwable {
    List<Tensor> tensors =
        arguments == null
            ? List.of()
            : Arrays.stream(arguments)
                .filter(Tensor.class::isInstance)
                .map(Tensor.class::cast)
                .filter(Tensor::isPresent)
                .toList();
    long begin = System.nanoTime();
    try {
      return method.invoke(on, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      long nanos = System.nanoTime() - begin;
      if (!tensors.isEmpty()) {
        if (!knowsCalls) {
          calls.add(new Call(kind(method.getName(), arguments, tensors), new double[MOST_ROUNDS]));
        }
        calls.get(next++).nanos[rounds] = nanos;
      }
    }
  }

  private static Kind kind(String kernel, Object[] arguments, List<Tensor> tensors) {
    Set<Storage> seen = new HashSet<>();
    long bytes =
        tensors.stream()
            .filter(t -> seen.add(t.storage()))
            .mapToLong(t -> (long) t.size() * t.type().bytes())
            .sum();
    if (kernel.equals("gatherImages")) {
      bytes +=
          ((Tensor) arguments[4]).size() - ((Tensor) arguments[0]).size(); // those of the batch
    }
    String which = kernel.equals("gemm") ? kernel + " " + arguments[0] : kernel;
    String name =
        Stream.concat(Stream.of(which), tensors.stream().limit(2).map(t -> text(t.shape())))
            .collect(Collectors.joining(" "));
    return new Kind(name, bytes, 2 * macs(kernel, arguments));
  }

  private static String text(Shape shape) {
    return IntStream.range(0, shape.rank())
        .mapToObj(i -> String.valueOf(shape.dim(i)))
        .collect(Collectors.joining("x"));
  }

  private static long macs(String kernel, Object[] a) {
    return switch (kernel) {
      case "convolve" -> macs((Window) a[0], (Tensor) a[1], (Tensor) a[2], (Tensor) a[4]);
      case "convolveAffine" -> macs((Window) a[0], (Tensor) a[1], (Tensor) a[2], (Tensor) a[7]);
      case "convolveInputGradient" ->
          macs((Window) a[0], (Tensor) a[4], (Tensor) a[2], (Tensor) a[1]);
      case "convolveWeightGradient" ->
          macs((Window) a[0], (Tensor) a[1], (Tensor) a[4], (Tensor) a[2]);
      case "affine" -> (long) ((Tensor) a[3]).size() * ((Tensor) a[1]).shape().dim(0);
      case "gemm" ->
          (long) ((Tensor) a[4]).size()
              * ((Tensor) a[1]).shape().dim(a[0] == Kernels.Transpose.TN ? 0 : 1);
      default -> 0;
    };
  }

  /** Of a convolution as defined, padding included; in tiles of its positions. */
  private static long macs(Window window, Tensor x, Tensor w, Tensor y) {
    int out = w.shape().dim(3);
    if (Kernels.inTiles(window, x.shape(), out)) {
      int in = x.shape().dim(3);
      return (long) WinogradPlanes.POSITIONS * Kernels.tiles(x.shape()) * in * out;
    }
    return (long) y.size() * (w.size() / out);
  }

  /** What was timed, kinds in the order of their first calls. */
  private List<Kernel> times() {
    Map<Kind, List<Call>> kinds =
        calls.stream()
            .collect(Collectors.groupingBy(Call::kind, LinkedHashMap::new, Collectors.toList()));
    List<Kernel> all = new ArrayList<>();
    kinds.forEach(
        (kind, of) -> {
          double nanos = 0;
          for (Call call : of) {
            nanos += median(call.nanos);
          }
          int count = of.size();
          all.add(new Kernel(kind.name, count, nanos / count, kind.bytes, kind.flops, false));
        });
    return all;
  }
}
