package dev.verbatim.augment;

import dev.verbatim.tensor.Elementary;
import dev.verbatim.tensor.Philox;
import java.util.Arrays;
import java.util.List;

/**
 * A random change of one image. Each draws as many numbers in any case, so that what comes after it
 * in a list draws the same ones whatever it did. Meanings are torchvision's unless said otherwise.
 */
public sealed interface Augmentation {
  /** Changes the image. */
  void apply(Canvas image, Philox random);

  /** Writes what a device must know to do the same. */
  void encode(Program program);

  /** Uniform in [from, to). */
  private static float uniform(Philox random, float from, float to) {
    return Math.fma(random.nextFloat(), to - from, from);
  }

  /** A window of the image's size out of the image with {@code padding} black pixels around it. */
  record RandomCrop(int padding) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      int down = padding - random.nextInt(2 * padding + 1);
      int right = padding - random.nextInt(2 * padding + 1);
      image.shift(down, right);
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.CROP).whole(padding);
    }
  }

  /** Left and right turned about. */
  record HorizontalFlip(double probability) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      if (random.nextFloat() < (float) probability) {
        image.mirror();
      }
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.FLIP).number(probability);
    }
  }

  /** Turned about the middle by up to {@code degrees} either way, bilinearly, black outside. */
  record Rotation(double degrees) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      float angle = uniform(random, (float) -degrees, (float) degrees);
      double sine = Elementary.sineOfPi(angle / 180.0);
      double cosine = Elementary.cosineOfPi(angle / 180.0);
      image.transform((float) cosine, (float) -sine, (float) sine, (float) cosine, 0f, 0f);
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.ROTATION).number(degrees);
    }
  }

  /** Moved by up to {@code fraction} of its width and height, by whole pixels, black outside. */
  record Translation(double fraction) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      float right = (float) (fraction * image.width());
      float down = (float) (fraction * image.height());
      int columns = (int) Math.rint(uniform(random, -right, right));
      image.shift((int) Math.rint(uniform(random, -down, down)), columns);
    }

    @Override
    public void encode(Program program) {
      program
          .whole(Program.TRANSLATION)
          .number(fraction * program.width())
          .number(fraction * program.height());
    }
  }

  /**
   * Turned, moved by whole pixels, enlarged and sheared along x at once, bilinearly, black outside.
   *
   * @param translate largest move, as a share of width and height
   * @param smallest least enlargement
   * @param largest most enlargement
   * @param shear largest angle of shear, in degrees
   */
  record Affine(double degrees, double translate, double smallest, double largest, double shear)
      implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      float angle = uniform(random, (float) -degrees, (float) degrees);
      float furthestRight = (float) (translate * image.width());
      float furthestDown = (float) (translate * image.height());
      float right = (float) Math.rint(uniform(random, -furthestRight, furthestRight));
      float down = (float) Math.rint(uniform(random, -furthestDown, furthestDown));
      float scale = uniform(random, (float) smallest, (float) largest);
      float slant = uniform(random, (float) -shear, (float) shear);
      double sine = Elementary.sineOfPi(angle / 180.0);
      double cosine = Elementary.cosineOfPi(angle / 180.0);
      double tangent = Elementary.sineOfPi(slant / 180.0) / Elementary.cosineOfPi(slant / 180.0);
      // forward: scale · [cos, -sin; sin, cos] · [1, tangent; 0, 1]; its inverse, of determinant
      // scale², says where a pixel comes from
      double forwardB = cosine * tangent - sine;
      double forwardD = sine * tangent + cosine;
      image.transform(
          (float) (forwardD / scale),
          (float) (-forwardB / scale),
          (float) (-sine / scale),
          (float) (cosine / scale),
          right,
          down);
    }

    @Override
    public void encode(Program program) {
      program
          .whole(Program.AFFINE)
          .number(degrees)
          .number(translate * program.width())
          .number(translate * program.height())
          .number(smallest)
          .number(largest)
          .number(shear);
    }
  }

  /**
   * Brightness, contrast, saturation by factors in {@code [max(0, 1 - x), 1 + x]} and hue by up to
   * {@code hue} turns either way, in an order that is drawn too; saturation and hue leave grey
   * images as they are.
   */
  record ColorJitter(double brightness, double contrast, double saturation, double hue)
      implements Augmentation {
    private static final int KINDS = 4;

    @Override
    public void apply(Canvas image, Philox random) {
      float light = factor(random, brightness);
      float spread = factor(random, contrast);
      float colour = factor(random, saturation);
      float turn = uniform(random, (float) -hue, (float) hue);
      int left = 0b1111;
      for (int remaining = KINDS; remaining > 0; remaining--) {
        int kind = nth(left, random.nextInt(remaining));
        left &= ~(1 << kind);
        switch (kind) {
          case 0 -> Colours.brightness(image, light);
          case 1 -> Colours.contrast(image, spread);
          case 2 -> Colours.saturation(image, colour);
          default -> Colours.hue(image, turn);
        }
      }
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.JITTER);
      for (double size : new double[] {brightness, contrast, saturation}) {
        program.number(least(size)).number(1 + size);
      }
      program.number(-hue).number(hue);
    }

    private static float factor(Philox random, double size) {
      return uniform(random, (float) least(size), (float) (1 + size));
    }

    private static double least(double size) {
      return Math.max(0, 1 - size);
    }

    /** The position of the n-th bit that is set, from 0. */
    private static int nth(int bits, int n) {
      int rest = bits;
      for (int i = 0; i < n; i++) {
        rest &= rest - 1;
      }
      return Integer.numberOfTrailingZeros(rest);
    }
  }

  /**
   * A black square of {@code size} pixels around a random pixel, cut off at the edges: DeVries and
   * Taylor (2017).
   */
  record Cutout(int size) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      int top = random.nextInt(image.height()) - size / 2;
      int left = random.nextInt(image.width()) - size / 2;
      int from = Math.max(left, 0);
      int to = Math.min(left + size, image.width());
      for (int row = Math.max(top, 0); row < Math.min(top + size, image.height()); row++) {
        int at = row * image.width();
        Arrays.fill(
            image.pixels(), (at + from) * image.channels(), (at + to) * image.channels(), 0f);
      }
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.CUTOUT).whole(size);
    }
  }

  /** {@code (x - mean) / std} of each channel, as {@code fma(x, 1 / std, -mean / std)}. */
  record Normalize(List<Double> mean, List<Double> std) implements Augmentation {
    @Override
    public void apply(Canvas image, Philox random) {
      float[] pixels = image.pixels();
      int channels = image.channels();
      for (int c = 0; c < channels; c++) {
        float scale = (float) scale(c);
        float shift = (float) shift(c);
        for (int i = c; i < pixels.length; i += channels) {
          pixels[i] = Math.fma(pixels[i], scale, shift);
        }
      }
    }

    private double scale(int channel) {
      return 1 / std.get(channel);
    }

    private double shift(int channel) {
      return 0.0 - mean.get(channel) / std.get(channel);
    }

    @Override
    public void encode(Program program) {
      program.whole(Program.NORMALIZE);
      for (int c = 0; c < std.size(); c++) {
        program.number(scale(c));
      }
      for (int c = 0; c < std.size(); c++) {
        program.number(shift(c));
      }
    }
  }
}
