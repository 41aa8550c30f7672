package dev.verbatim.cpu;

import dev.verbatim.tensor.Elementary;
import java.util.Arrays;

/** {@link Lanes} in plain Java. */
final class ScalarLanes implements Lanes {
  /** The bits of the exponent, all of them 1 where a value is not finite. */
  static final int EXPONENT = 0x7f80_0000;

  @Override
  public void addInto(float[] x, int xAt, float[] y, int yAt, int count) {
    for (int i = 0; i < count; i++) {
      y[yAt + i] += x[xAt + i];
    }
  }

  @Override
  public void addRows(
      float[] x, int rows, int length, float[] y, int yBase, int[] yOffsets, int first) {
    for (int row = 0; row < rows; row++) {
      addInto(x, row * length, y, yBase + yOffsets[first + row], length);
    }
  }

  @Override
  public void packRows(float[] x, int xAt, int stride, int rows, int length, float[] y) {
    for (int row = 0; row < rows; row++) {
      System.arraycopy(x, xAt + row * stride, y, row * length, length);
    }
  }

  @Override
  public void sumRows(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt) {
    sumChannels(x, xAt, rows, channels, 0, sums, sumsAt);
  }

  /** {@link #sumRows} for the channels from {@code first} on. */
  void sumChannels(
      float[] x, int xAt, int rows, int channels, int first, float[] sums, int sumsAt) {
    Arrays.fill(sums, sumsAt + first, sumsAt + channels, 0f);
    for (int row = 0; row < rows; row++) {
      for (int c = first; c < channels; c++) {
        sums[sumsAt + c] += x[xAt + row * channels + c];
      }
    }
  }

  @Override
  public void sumRowsOfFour(float[] x, int xAt, int rows, int channels, float[] sums, int sumsAt) {
    for (int block = 0; block < 4; block++) {
      sumRows(x, xAt + block * rows * channels, rows, channels, sums, sumsAt + block * channels);
    }
  }

  @Override
  public void scaleBytes(
      byte[] bytes, float[] scale, float[] shift, int period, float[] x, int xAt, int count) {
    scaleBytesFrom(0, bytes, scale, shift, period, x, xAt, count);
  }

  /** {@link #scaleBytes} for the bytes from {@code first} on. */
  void scaleBytesFrom(
      int first,
      byte[] bytes,
      float[] scale,
      float[] shift,
      int period,
      float[] x,
      int xAt,
      int count) {
    for (int i = first; i < count; i++) {
      x[xAt + i] = Math.fma(bytes[i] & 0xff, scale[i % period], shift[i % period]);
    }
  }

  @Override
  public void exp(float[] x, int xAt, float shift, float[] y, int yAt, int count) {
    for (int i = 0; i < count; i++) {
      y[yAt + i] = Elementary.exp(x[xAt + i] - shift);
    }
  }

  @Override
  public boolean areFinite(float[] x, int from, int to) {
    int exponents = 0;
    for (int i = from; i < to; i++) {
      exponents = Math.max(exponents, Float.floatToRawIntBits(x[i]) & EXPONENT);
    }
    return exponents < EXPONENT;
  }

  @Override
  public void relu(float[] x, float[] y, int from, int to) {
    for (int i = from; i < to; i++) {
      y[i] = x[i] <= 0f ? 0f : x[i];
    }
  }

  @Override
  public void reluGradient(
      float[] y, float[] dY, boolean accumulate, float[] dX, int from, int to) {
    for (int i = from; i < to; i++) {
      float d = y[i] <= 0f ? 0f : dY[i];
      dX[i] = accumulate ? dX[i] + d : d;
    }
  }

  @Override
  public void maxPoolRow(
      float[] x,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      int yAt,
      int outputs) {
    maxPoolChannels(x, xAt, rowStride, columnStep, rows, columns, channels, 0, y, yAt, outputs);
  }

  @Override
  public void maxPoolRowGradient(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    maxPoolChannelsGradient(
        x, dX, shift, xAt, rowStride, columnStep, rows, columns, channels, 0, y, dY, yAt, outputs);
  }

  @Override
  public void maxPoolRowGradientApart(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    maxPoolChannelsGradientApart(
        x, dX, shift, xAt, rowStride, columnStep, rows, columns, channels, 0, y, dY, yAt, outputs);
  }

  /** {@link #maxPoolRow} for the channels from {@code first} on. */
  void maxPoolChannels(
      float[] x,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      int first,
      float[] y,
      int yAt,
      int outputs) {
    for (int o = 0; o < outputs; o++) {
      for (int c = first; c < channels; c++) {
        int at = xAt + o * columnStep + c;
        float best = x[at];
        for (int row = 0; row < rows; row++) {
          for (int column = 0; column < columns; column++) {
            float v = x[at + row * rowStride + column * channels];
            if (v > best || Float.isNaN(v)) {
              best = v;
            }
          }
        }
        y[yAt + o * channels + c] = best;
      }
    }
  }

  /** {@link #maxPoolRowGradient} for the channels from {@code first} on. */
  void maxPoolChannelsGradient(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      int first,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    for (int o = 0; o < outputs; o++) {
      for (int c = first; c < channels; c++) {
        int at = xAt + o * columnStep + c;
        float best = y[yAt + o * channels + c];
        int tap = firstEqual(x, best, at, rowStride, rows, columns, channels);
        dX[tap + shift] += dY[yAt + o * channels + c];
      }
    }
  }

  /** {@link #maxPoolRowGradientApart} for the channels from {@code first} on. */
  void maxPoolChannelsGradientApart(
      float[] x,
      float[] dX,
      int shift,
      int xAt,
      int rowStride,
      int columnStep,
      int rows,
      int columns,
      int channels,
      int first,
      float[] y,
      float[] dY,
      int yAt,
      int outputs) {
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < outputs; o++) {
        for (int column = 0; column < columns; column++) {
          int at = xAt + shift + row * rowStride + o * columnStep + column * channels;
          Arrays.fill(dX, at + first, at + channels, 0f);
        }
      }
    }
    maxPoolChannelsGradient(
        x,
        dX,
        shift,
        xAt,
        rowStride,
        columnStep,
        rows,
        columns,
        channels,
        first,
        y,
        dY,
        yAt,
        outputs);
  }

  private static int firstEqual(
      float[] x, float best, int at, int rowStride, int rows, int columns, int channels) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int tap = at + row * rowStride + column * channels;
        if (x[tap] == best || (Float.isNaN(x[tap]) && Float.isNaN(best))) {
          return tap;
        }
      }
    }
    throw new IllegalStateException("an output of max_pool that is not in its window");
  }
}
