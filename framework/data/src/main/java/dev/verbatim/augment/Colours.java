package dev.verbatim.augment;

/** Changes of colour as torchvision defines them on tensors in [0, 1]. */
final class Colours {
  private static final float RED = 0.2989f;
  private static final float GREEN = 0.587f;
  private static final float BLUE = 0.114f;

  private Colours() {}

  private static float bounded(float x) {
    return Math.min(1f, Math.max(0f, x));
  }

  private static float grey(float[] pixels, int at) {
    return Math.fma(RED, pixels[at], Math.fma(GREEN, pixels[at + 1], BLUE * pixels[at + 2]));
  }

  /** A factor of 1 leaves even pixels alone that are not in [0, 1], here and below. */
  static void brightness(Canvas image, float factor) {
    if (factor == 1f) {
      return;
    }
    float[] pixels = image.pixels();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = bounded(pixels[i] * factor);
    }
  }

  /** Towards or away from the mean of the image's grey. */
  static void contrast(Canvas image, float factor) {
    if (factor == 1f) {
      return;
    }
    float[] pixels = image.pixels();
    int channels = image.channels();
    double sum = 0;
    for (int at = 0; at < pixels.length; at += channels) {
      sum += image.isColour() ? grey(pixels, at) : pixels[at];
    }
    float rest = (1f - factor) * (float) (sum * channels / pixels.length);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = bounded(Math.fma(factor, pixels[i], rest));
    }
  }

  /** Towards or away from each pixel's grey. */
  static void saturation(Canvas image, float factor) {
    if (!image.isColour() || factor == 1f) {
      return;
    }
    float[] pixels = image.pixels();
    for (int at = 0; at < pixels.length; at += 3) {
      float rest = (1f - factor) * grey(pixels, at);
      for (int c = 0; c < 3; c++) {
        pixels[at + c] = bounded(Math.fma(factor, pixels[at + c], rest));
      }
    }
  }

  /** Around the circle of colours, by a share of a turn; value and saturation stay. */
  static void hue(Canvas image, float turn) {
    if (!image.isColour() || turn == 0f) {
      return;
    }
    float[] pixels = image.pixels();
    for (int at = 0; at < pixels.length; at += 3) {
      float r = pixels[at];
      float g = pixels[at + 1];
      float b = pixels[at + 2];
      float largest = Math.max(r, Math.max(g, b));
      float range = largest - Math.min(r, Math.min(g, b));
      if (range > 0f) {
        float sixths =
            largest == r
                ? (g - b) / range
                : largest == g ? 2f + (b - r) / range : 4f + (r - g) / range;
        float turned = Math.fma(6f, turn, sixths);
        turned = turned < 0f ? turned + 6f : turned >= 6f ? turned - 6f : turned;
        pixels[at] = component(5f, turned, largest, range);
        pixels[at + 1] = component(3f, turned, largest, range);
        pixels[at + 2] = component(1f, turned, largest, range);
      }
    }
  }

  /** One of red (5), green (3) and blue (1) from hue in sixths of a turn, value and range. */
  private static float component(float offset, float sixths, float value, float range) {
    float k = offset + sixths;
    k = k >= 6f ? k - 6f : k;
    float share = Math.max(0f, Math.min(1f, Math.min(k, 4f - k)));
    return Math.fma(-range, share, value);
  }
}
