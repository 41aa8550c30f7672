package dev.verbatim.cpu;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import jdk.internal.misc.Unsafe;

/**
 * {@link WeightTiles#run} for the nine taps of a row of windows three columns wide on images of
 * three channels, by one vector of channels at a time.
 *
 * <p>Order: each sum adds over the pixels, one FMA each. A value of the input is broadcast once for
 * the three windows that hold it: a pixel costs 9 FMAs against 1 vector load and 3 broadcasts. With
 * 16 registers there is no room for that, and it is 9 broadcasts.
 */
final class VectorStemWeightTiles implements WeightTiles {
  private static final VectorSpecies<Float> LANES = Specialized.species(MethodHandles.lookup());
  private static final Unsafe UNSAFE = Unchecked.UNSAFE;
  private static final int WIDTH = LANES.length();

  private static final boolean WIDE = VectorWidth.with32Registers();

  /** Floats from the window of a pixel to that of the next: the channels. */
  private static final int STEP = 3;

  /** Bytes from a column to the next one. */
  private static final long COLUMN = 4L * STEP;

  private static final int TAPS = 9;

  private final WeightTiles others;

  /**
   * Tiles of the class's width.
   *
   * @param others for other windows
   */
  VectorStemWeightTiles(WeightTiles others) {
    this.others = others;
  }

  @Override
  public void run(Span s, int vectors, int count, int taps) {
    if (taps == TAPS && s.columns > 1 && s.pixels[2] - s.pixels[0] == STEP) {
      for (int channel = 0; channel < vectors * WIDTH; channel += WIDTH) {
        tile(s, count, vectors * WIDTH, channel);
      }
    } else {
      others.run(s, vectors, count, taps);
    }
  }

  private static void tile(Span s, int count, int panel, int channel) {
    float[] x = s.x;
    float[] dY = s.dY;
    float[] fence = s.fence;
    float[] sums = s.sums;
    int[] pixels = s.pixels;
    int stride = s.sumsStride;
    int at = s.sumsAt + channel;
    FloatVector a0 = FloatVector.zero(LANES);
    FloatVector a1 = FloatVector.zero(LANES);
    FloatVector a2 = FloatVector.zero(LANES);
    FloatVector a3 = FloatVector.zero(LANES);
    FloatVector a4 = FloatVector.zero(LANES);
    FloatVector a5 = FloatVector.zero(LANES);
    FloatVector a6 = FloatVector.zero(LANES);
    FloatVector a7 = FloatVector.zero(LANES);
    FloatVector a8 = FloatVector.zero(LANES);
    if (!s.fresh) {
      a0 = FloatVector.fromArray(LANES, sums, at);
      a1 = FloatVector.fromArray(LANES, sums, at + stride);
      a2 = FloatVector.fromArray(LANES, sums, at + 2 * stride);
      a3 = FloatVector.fromArray(LANES, sums, at + 3 * stride);
      a4 = FloatVector.fromArray(LANES, sums, at + 4 * stride);
      a5 = FloatVector.fromArray(LANES, sums, at + 5 * stride);
      a6 = FloatVector.fromArray(LANES, sums, at + 6 * stride);
      a7 = FloatVector.fromArray(LANES, sums, at + 7 * stride);
      a8 = FloatVector.fromArray(LANES, sums, at + 8 * stride);
    }
    int columns = s.columns;
    for (int q = 0; q < count; q += columns) {
      long o = Unchecked.offset(s.xBase + pixels[2 * q]);
      int d = s.dYAt + pixels[2 * q + 1] * panel + channel;
      FloatVector p0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
      FloatVector p1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
      FloatVector p2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
      FloatVector p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12));
      FloatVector p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16));
      FloatVector p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20));
      int i = 0;
      do {
        FloatVector v = FloatVector.fromArray(LANES, dY, d + i * panel);
        if (!WIDE) {
          p0 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o));
          p1 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 4));
          p2 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 8));
        }
        a0 = p0.fma(v, a0);
        a1 = p1.fma(v, a1);
        a2 = p2.fma(v, a2);
        if (!WIDE) {
          a2.intoArray(fence, 0);
          p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 12));
          p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 16));
          p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 20));
        }
        a3 = p3.fma(v, a3);
        a4 = p4.fma(v, a4);
        a5 = p5.fma(v, a5);
        if (!WIDE) {
          a5.intoArray(fence, 0);
        }
        p0 = p3;
        p1 = p4;
        p2 = p5;
        p3 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 24));
        p4 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 28));
        p5 = FloatVector.broadcast(LANES, UNSAFE.getFloat(x, o + 32));
        a6 = p3.fma(v, a6);
        a7 = p4.fma(v, a7);
        a8 = p5.fma(v, a8);
        o += COLUMN;
        i++;
      } while (i < columns);
    }
    a0.intoArray(sums, at);
    a1.intoArray(sums, at + stride);
    a2.intoArray(sums, at + 2 * stride);
    a3.intoArray(sums, at + 3 * stride);
    a4.intoArray(sums, at + 4 * stride);
    a5.intoArray(sums, at + 5 * stride);
    a6.intoArray(sums, at + 6 * stride);
    a7.intoArray(sums, at + 7 * stride);
    a8.intoArray(sums, at + 8 * stride);
  }
}
