package dev.verbatim.cpu;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import dev.verbatim.tensor.Window;
import dev.verbatim.tensor.DType;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.lang.invoke.MethodHandles;
import java.util.List;
import java.util.Locale;

/** Times and checks Winograd beside direct convolution. */
final class WinogradTrial {
  public static void main(String[] args) {
    String[] shapes = args[0].split(",");
    double seconds = Double.parseDouble(args[1]);
    VectorWidth widest = VectorWidth.chosen();
    for (String text : shapes) {
      String[] n = text.split("x");
      shape(widest, Integer.parseInt(n[0]), Integer.parseInt(n[1]), Integer.parseInt(n[2]), seconds);
    }
  }

  private static Tensor tensor(CpuBackend backend, SplittableRandom random, Shape shape, double scale) {
    Tensor t = backend.allocate(DType.FLOAT32, shape);
    float[] a = CpuStorage.floats(t);
    for (int i = 0; i < a.length; i++) {
      a[i] = (float) (random.nextGaussian() * scale);
    }
    return t;
  }

  private static void shape(VectorWidth widest, int batch, int size, int channels, double seconds) {
    var backend = new CpuBackend(1, widest);
    Kernels k = backend.kernels();
    Winograd win = make(widest, new Pool(1));
    SplittableRandom random = new SplittableRandom(1);
    Window window = Window.square(3, 1, 1);
    Tensor x = tensor(backend, random, Shape.of(batch, size, size, channels), 1);
    Tensor w = tensor(backend, random, Shape.of(3, 3, channels, channels), Math.sqrt(2.0 / 9 / channels));
    Tensor y = tensor(backend, random, x.shape(), 1);
    Tensor z = tensor(backend, random, x.shape(), 1);
    Tensor dw = tensor(backend, random, w.shape(), 1);
    Tensor dz = tensor(backend, random, w.shape(), 1);
    Tensor g = tensor(backend, random, x.shape(), 1);
    Convolve.Ending none = (a, b) -> {};
    Runnable[] runs = {
      () -> k.convolve(window, x, w, Tensor.none(), y),
      () -> win.forward(x, w, Tensor.none(), z, none),
      () -> k.convolveInputGradient(window, g, w, false, y),
      () -> win.inputGradient(g, w, false, z),
      () -> k.convolveWeightGradient(window, x, g, false, dw),
      () -> win.weightGradient(x, g, false, dz),
    };
    double macs = 9.0 * batch * size * size * channels * channels;
    String[] names = {"forward", "by input", "by weights"};
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%dx%dx%d", batch, size, channels));
    for (int which = 0; which < 3; which++) {
      runs[2 * which].run();
      runs[2 * which + 1].run();
      double difference = which == 2 ? largest(dw, dz) : largest(y, z);
      double[] best = {1e9, 1e9};
      double[][] times = new double[2][4000];
      double[] phases = new double[5];
      Arrays.fill(phases, 1e9);
      long start = System.nanoTime();
      long end = start + (long) (seconds * 1e9);
      int count = 0;
      while (System.nanoTime() < end && count < 4000) {
        boolean warm = System.nanoTime() - start > 0.3 * seconds * 1e9;
        for (int side = 0; side < 2; side++) {
          Arrays.fill(Winograd.PH, 0);
          long t0 = System.nanoTime();
          runs[2 * which + side].run();
          double time = (System.nanoTime() - t0) / 1e3 / batch;
          if (warm) {
            best[side] = Math.min(best[side], time);
            times[side][count] = time;
            for (int p = 0; p < 5 && side == 1; p++) {
              phases[p] = Math.min(phases[p], Winograd.PH[p] / 1e3 / batch);
            }
          }
        }
        if (warm) {
          count++;
        }
      }
      double d = median(times[0], count);
      double n = median(times[1], count);
      line.append(
          String.format(
              Locale.ROOT,
              " | %s %.1f -> %.1f us (%.0f -> %.0f GF), best %.3f median %.3f, %.1e [%s]",
              names[which],
              best[0],
              best[1],
              2e-3 * macs / batch / best[0],
              2e-3 * macs / batch / best[1],
              best[0] / best[1],
              d / n,
              difference,
              which == 2
                  ? String.format(Locale.ROOT, "%.1f %.1f", phases[3], phases[4])
                  : String.format(Locale.ROOT, "%.1f %.1f %.1f", phases[0], phases[1], phases[2])));
    }
    System.out.println(line);
  }

  static Winograd make(VectorWidth widest, Pool pool) {
    List<VectorWidth> widths = widest.andNarrower();
    var lookup = MethodHandles.lookup();
    return new Winograd(
        pool,
        widths.stream().map(v -> Specialized.load(lookup, VectorWinogradTiles.class, WinogradTiles.class, v.bits())).toList(),
        widths.stream().map(VectorWidth::lanes).toList(),
        Vectors.of(widest).elements());
  }

  private static double median(double[] a, int count) {
    Arrays.sort(a, 0, count);
    return a[count / 2];
  }

  private static double largest(Tensor a, Tensor b) {
    float[] p = CpuStorage.floats(a);
    float[] q = CpuStorage.floats(b);
    double most = 0;
    double norm = 0;
    for (int i = 0; i < p.length; i++) {
      most = Math.max(most, Math.abs((double) p[i] - q[i]));
      norm = Math.max(norm, Math.abs((double) p[i]));
    }
    return most / norm;
  }
}
