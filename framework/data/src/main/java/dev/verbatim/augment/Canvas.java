package dev.verbatim.augment;

import java.util.Arrays;

/**
 * One image that is being changed: float32, HWC, pixels in [0, 1] until they are normalized. It has
 * a second array of the same size, so that moving pixels allocates nothing.
 */
public final class Canvas {
  private final int height;
  private final int width;
  private final int channels;
  private float[] pixels;
  private float[] spare;

  /** A black image. */
  public Canvas(int height, int width, int channels) {
    this.height = height;
    this.width = width;
    this.channels = channels;
    this.pixels = new float[height * width * channels];
    this.spare = new float[pixels.length];
  }

  /** Rows. */
  public int height() {
    return height;
  }

  /** Columns. */
  public int width() {
    return width;
  }

  /** Values of a pixel. */
  public int channels() {
    return channels;
  }

  /** The values; the array changes with every move of pixels. */
  public float[] pixels() {
    return pixels;
  }

  /** Whether the image has red, green and blue. */
  boolean isColour() {
    return channels == 3;
  }

  /** Moves the image by whole pixels; what comes in from outside is 0. */
  void shift(int down, int right) {
    Arrays.fill(spare, 0f);
    int firstRow = Math.max(0, down);
    int lastRow = Math.min(height, height + down);
    int firstColumn = Math.max(0, right);
    int count = Math.min(width, width + right) - firstColumn;
    for (int row = firstRow; row < lastRow && count > 0; row++) {
      System.arraycopy(
          pixels,
          ((row - down) * width + firstColumn - right) * channels,
          spare,
          (row * width + firstColumn) * channels,
          count * channels);
    }
    swap();
  }

  /** Turns left and right about. */
  void mirror() {
    for (int row = 0; row < height; row++) {
      for (int column = 0; column < width; column++) {
        int from = (row * width + width - 1 - column) * channels;
        System.arraycopy(pixels, from, spare, (row * width + column) * channels, channels);
      }
    }
    swap();
  }

  /**
   * Takes each pixel from the place {@code (a x + b y, c x + d y)} of the old image, x and y being
   * measured from the middle, after moving by (right, down); between pixels bilinearly, outside 0.
   */
  void transform(float a, float b, float c, float d, float right, float down) {
    float middleX = (width - 1) * 0.5f;
    float middleY = (height - 1) * 0.5f;
    for (int row = 0; row < height; row++) {
      float y = row - middleY - down;
      for (int column = 0; column < width; column++) {
        float x = column - middleX - right;
        float fromX = Math.fma(a, x, b * y) + middleX;
        float fromY = Math.fma(c, x, d * y) + middleY;
        sample(fromX, fromY, (row * width + column) * channels);
      }
    }
    swap();
  }

  private void sample(float x, float y, int to) {
    if (!(x > -1f && x < width && y > -1f && y < height)) {
      Arrays.fill(spare, to, to + channels, 0f);
      return;
    }
    int left = (int) (x + 1f) - 1; // floor, for x above -1
    int top = (int) (y + 1f) - 1;
    float along = x - left;
    float down = y - top;
    for (int channel = 0; channel < channels; channel++) {
      float topLeft = at(top, left, channel);
      float bottomLeft = at(top + 1, left, channel);
      float upper = Math.fma(along, at(top, left + 1, channel) - topLeft, topLeft);
      float lower = Math.fma(along, at(top + 1, left + 1, channel) - bottomLeft, bottomLeft);
      spare[to + channel] = Math.fma(down, lower - upper, upper);
    }
  }

  private float at(int row, int column, int channel) {
    boolean inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? pixels[(row * width + column) * channels + channel] : 0f;
  }

  private void swap() {
    float[] old = pixels;
    pixels = spare;
    spare = old;
  }
}
