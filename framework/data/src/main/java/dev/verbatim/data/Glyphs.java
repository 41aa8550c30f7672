package dev.verbatim.data;

import dev.verbatim.tensor.Philox;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The generated dataset: digits of a stroke font, 28x28 grey, each with a rotation, shear, scale,
 * shift, stroke width, contrast and noise of its own, drawn from Philox(seed, GLYPHS, 0, image).
 * Doubles with + - * / and square roots alone, which are exact to the last bit on every Java
 * machine. Image i shows digit i modulo 10.
 */
final class Glyphs {
  private static final int SIDE = 28;
  private static final int CLASSES = 10;
  private static final int NOISE = 36;

  private final List<double[]> digits = StrokeFont.digits();
  private final double[] x = new double[128];
  private final double[] y = new double[128];
  private final double[] squared = new double[SIDE * SIDE];

  static Stored generate(
      Source.Glyphs source, DatasetOptions options, String split, List<LoadingRecord> loading) {
    long begin = System.nanoTime();
    int count = source.images();
    ImageSize size = options.size();
    MemorySegment pixels = Arena.ofAuto().allocate((long) count * size.bytes(), 64);
    int[] labels = IntStream.range(0, count).map(i -> i % CLASSES).toArray();
    Parallel.ranges(
        count,
        options.threads(),
        (from, to) -> {
          var glyphs = new Glyphs();
          byte[] drawn = new byte[SIDE * SIDE];
          for (int i = from; i < to; i++) {
            glyphs.draw(labels[i], new Philox(source.seed(), Philox.Purpose.GLYPHS, 0, i), drawn);
            RawImages.place(
                drawn,
                0,
                SIDE,
                SIDE,
                1,
                size,
                pixels.asSlice((long) i * size.bytes(), size.bytes()),
                1,
                1);
          }
        });
    int[] indices = IntStream.range(0, count).toArray();
    List<String> names = IntStream.range(0, CLASSES).mapToObj(String::valueOf).toList();
    String fingerprint = PixelFingerprint.of(size, pixels, indices, labels, options.threads());
    loading.add(
        new LoadingRecord(
            split,
            "generate",
            count,
            pixels.byteSize(),
            options.threads(),
            false,
            (System.nanoTime() - begin) / 1e9));
    return new Stored(
        size, pixels, count, indices, labels, names, fingerprint, fingerprint, List.of());
  }

  /** Draws one digit into a 28x28 grey image. */
  void draw(int digit, Philox random, byte[] image) {
    double[] points = digits.get(digit);
    int count = points.length / 2;
    double t = 0.14 * symmetric(random); // tangent of half the angle
    double cos = (1 - t * t) / (1 + t * t);
    double sin = 2 * t / (1 + t * t);
    double shear = 0.3 * symmetric(random);
    double width = 15 + 6 * random.nextDouble();
    double height = 17 + 5 * random.nextDouble();
    double shiftX = SIDE / 2.0 + 2.5 * symmetric(random);
    double shiftY = SIDE / 2.0 + 2.5 * symmetric(random);
    double radius = 0.6 + 1.2 * random.nextDouble();
    double ink = 150 + 105 * random.nextDouble();
    double bend = 0.035;
    for (int i = 0; i < count; i++) {
      double px = (points[2 * i] - 0.5 + bend * symmetric(random)) * width;
      double py = (points[2 * i + 1] - 0.5 + bend * symmetric(random)) * height;
      px -= shear * py;
      x[i] = shiftX + cos * px - sin * py;
      y[i] = shiftY + sin * px + cos * py;
    }
    measure(count, radius + 0.5);
    for (int row = 0; row < SIDE; row++) {
      for (int column = 0; column < SIDE; column++) {
        double distance = Math.sqrt(squared[row * SIDE + column]);
        double cover = Math.clamp(radius + 0.5 - distance, 0.0, 1.0);
        int noise = random.nextInt(2 * NOISE + 1) - NOISE;
        image[row * SIDE + column] = (byte) Math.clamp((int) (ink * cover) + noise, 0, 255);
      }
    }
  }

  /**
   * The squared distance of each pixel's centre to the nearest stroke, where it is within reach;
   * the others keep a large number, which draws nothing either.
   */
  private void measure(int count, double reach) {
    Arrays.fill(squared, SIDE * SIDE * SIDE);
    for (int i = 0; i + 1 < count; i++) {
      double dx = x[i + 1] - x[i];
      double dy = y[i + 1] - y[i];
      double length = dx * dx + dy * dy + 1e-9;
      int left = first(Math.min(x[i], x[i + 1]) - reach);
      int right = last(Math.max(x[i], x[i + 1]) + reach);
      int bottom = last(Math.max(y[i], y[i + 1]) + reach);
      for (int row = first(Math.min(y[i], y[i + 1]) - reach); row <= bottom; row++) {
        for (int column = left; column <= right; column++) {
          double atX = column + 0.5;
          double atY = row + 0.5;
          double along = ((atX - x[i]) * dx + (atY - y[i]) * dy) / length;
          double s = Math.clamp(along, 0.0, 1.0);
          double ex = x[i] + s * dx - atX;
          double ey = y[i] + s * dy - atY;
          int at = row * SIDE + column;
          squared[at] = Math.min(squared[at], ex * ex + ey * ey);
        }
      }
    }
  }

  /** The first pixel whose centre may lie beyond this coordinate; one too early does no harm. */
  private static int first(double coordinate) {
    return Math.max((int) coordinate - 1, 0);
  }

  private static int last(double coordinate) {
    return Math.min((int) coordinate + 1, SIDE - 1);
  }

  private static double symmetric(Philox random) {
    return 2 * random.nextDouble() - 1;
  }
}
