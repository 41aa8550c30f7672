package dev.verbatim.augment;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.augment.Augmentation.Affine;
import dev.verbatim.augment.Augmentation.ColorJitter;
import dev.verbatim.augment.Augmentation.Cutout;
import dev.verbatim.augment.Augmentation.HorizontalFlip;
import dev.verbatim.augment.Augmentation.Normalize;
import dev.verbatim.augment.Augmentation.RandomCrop;
import dev.verbatim.augment.Augmentation.Rotation;
import dev.verbatim.augment.Augmentation.Translation;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.tensor.Philox;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each augmentation on images small enough to know the result by hand. */
class AugmentationTest {
  private static final float EXACT = 0f;
  private static final float ROUNDING = 1e-6f; // a few roundings of values in [0, 1]

  private static Canvas canvas(int height, int width, int channels, float... values) {
    Canvas canvas = new Canvas(height, width, channels);
    System.arraycopy(values, 0, canvas.pixels(), 0, values.length);
    return canvas;
  }

  private static Philox stream(int index) {
    return new Philox(1, Philox.Purpose.AUGMENT, 1, index);
  }

  private static final float[] NINE = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f, 0.9f};

  @Test
  void augmentationsOfSizeNothingChangeNothing() {
    float[] colours = {0.1f, 0.9f, 0.3f, 0.5f, 0.5f, 0.5f, 1f, 0f, 0.25f, 0f, 0f, 0f};
    for (Augmentation a :
        List.of(
            new RandomCrop(0),
            new HorizontalFlip(0),
            new Rotation(0),
            new Translation(0),
            new Affine(0, 0, 1, 1, 0),
            new ColorJitter(0, 0, 0, 0),
            new Normalize(List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0)))) {
      Canvas image = canvas(2, 2, 3, colours);
      a.apply(image, stream(0));
      assertArrayEquals(colours, image.pixels(), ROUNDING, a.toString());
    }
  }

  @Test
  void aFlipTurnsRowsAbout() {
    Canvas image = canvas(3, 3, 1, NINE);
    new HorizontalFlip(1).apply(image, stream(0));
    assertArrayEquals(
        new float[] {0.3f, 0.2f, 0.1f, 0.6f, 0.5f, 0.4f, 0.9f, 0.8f, 0.7f}, image.pixels(), EXACT);
    Canvas colour = canvas(1, 2, 3, 1, 2, 3, 4, 5, 6);
    new HorizontalFlip(1).apply(colour, stream(0));
    assertArrayEquals(new float[] {4, 5, 6, 1, 2, 3}, colour.pixels(), EXACT);
  }

  /** Every one of the nine windows of a 1-pixel padding comes, each a shift with zeros. */
  @Test
  void cropsAreTheWindowsOfThePaddedImage() {
    int[] seen = new int[9];
    for (int index = 0; index < 900; index++) {
      Canvas image = canvas(3, 3, 1, NINE);
      new RandomCrop(1).apply(image, stream(index));
      for (int down = -1; down <= 1; down++) {
        for (int right = -1; right <= 1; right++) {
          if (Arrays.equals(shifted(down, right), image.pixels())) {
            seen[(down + 1) * 3 + right + 1]++;
          }
        }
      }
    }
    assertEquals(900, Arrays.stream(seen).sum());
    // 900 draws of probability 1/9: 100 ± 9.4; five deviations
    assertTrue(Arrays.stream(seen).allMatch(n -> n > 53 && n < 147), Arrays.toString(seen));
  }

  private static float[] shifted(int down, int right) {
    float[] to = new float[9];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        int r = row - down;
        int c = column - right;
        to[row * 3 + column] = r >= 0 && r < 3 && c >= 0 && c < 3 ? NINE[r * 3 + c] : 0f;
      }
    }
    return to;
  }

  @Test
  void aQuarterTurnIsExactAndAnEighthIsBilinear() {
    Canvas image = canvas(3, 3, 1, NINE);
    image.transform(0, -1, 1, 0, 0, 0);
    assertArrayEquals(
        new float[] {0.3f, 0.6f, 0.9f, 0.2f, 0.5f, 0.8f, 0.1f, 0.4f, 0.7f},
        image.pixels(),
        ROUNDING);
    // an eighth of a turn takes the middle of the upper row from (√½, -√½) off the middle: between
    // 0.5 and 0.6 below, 0.2 and 0.3 above, √½ along and √½ up
    Canvas eighth = canvas(3, 3, 1, NINE);
    float h = (float) Math.sqrt(0.5);
    eighth.transform(h, -h, h, h, 0, 0);
    assertEquals(0.5f + 0.1f * h - 0.3f * h, eighth.pixels()[1], ROUNDING);
    assertEquals(0.5f, eighth.pixels()[4], ROUNDING);
    // the corner comes from (0, -√2) off the middle: 0.2 of the upper row, faded towards the
    // outside
    assertEquals(0.2f * (2 - (float) Math.sqrt(2)), eighth.pixels()[0], ROUNDING);
  }

  @Test
  void rotationStaysWithinItsDegreesAndTranslationMovesWholePixels() {
    for (int index = 0; index < 200; index++) {
      Canvas image = canvas(3, 3, 1, NINE);
      new Rotation(15).apply(image, stream(index));
      assertEquals(0.5f, image.pixels()[4], ROUNDING, "the middle stays");
      // sin 15° = 0.2588: the middle of the upper row is taken from at most that far aside
      assertTrue(Math.abs(image.pixels()[1] - 0.2f) < 0.1f * 0.2588f + 0.3f * 0.0341f + ROUNDING);
      Canvas moved = canvas(3, 3, 1, NINE);
      new Translation(0.34).apply(moved, stream(index));
      boolean whole = false;
      for (int down = -1; down <= 1; down++) {
        for (int right = -1; right <= 1; right++) {
          whole |= Arrays.equals(shifted(down, right), moved.pixels());
        }
      }
      assertTrue(whole, Arrays.toString(moved.pixels()));
    }
  }

  /** 200 draws all on one half of their range have a probability of 2^-199. */
  @Test
  void rotationTurnsBothWaysAndTranslationMovesEveryWay() {
    boolean[] seen = new boolean[6];
    for (int index = 0; index < 200; index++) {
      Canvas image = canvas(3, 3, 1, NINE);
      new Rotation(15).apply(image, stream(index));
      // the middle of the upper row is taken from (sin, -cos) off the middle: 0.5 + 0.1 sin - 0.3
      // cos, and 0.3 (1 - cos) is below 0.3 · 0.0341
      seen[0] |= image.pixels()[1] < 0.2f - 0.1f * 0.13f;
      seen[1] |= image.pixels()[1] > 0.2f + 0.1f * 0.13f;
      Canvas moved = canvas(3, 3, 1, NINE);
      new Translation(0.34).apply(moved, stream(index));
      for (int way = 0; way < 4; way++) {
        int down = List.of(-1, 1, 0, 0).get(way);
        int right = List.of(0, 0, -1, 1).get(way);
        seen[2 + way] |= Arrays.equals(shifted(down, right), moved.pixels());
      }
    }
    for (int i = 0; i < seen.length; i++) {
      assertTrue(seen[i], i + " of " + Arrays.toString(seen));
    }
  }

  /**
   * A pixel comes to scale · R(angle) · [1, tan(shear); 0, 1] · (x, y) + move, about the middle; a
   * slope of brightness is the same between pixels, so each pixel has the brightness of the place
   * that solves this, by Cramer's rule. Tolerance: places are right to some roundings of 4 pixels.
   */
  @Test
  void affineMovesPixelsByItsMatrix() {
    int compared = 0;
    for (int index = 0; index < 50; index++) {
      Canvas image = new Canvas(9, 9, 1);
      for (int i = 0; i < 81; i++) {
        image.pixels()[i] = 0.5f + 0.02f * (i % 9 - 4) + 0.05f * (i / 9 - 4);
      }
      new Affine(40, 0.25, 0.8, 1.5, 20).apply(image, stream(index));
      Philox random = stream(index);
      double angle = Math.toRadians(-40 + 80 * random.nextFloat());
      double right = Math.rint(-2.25 + 4.5 * random.nextFloat());
      double down = Math.rint(-2.25 + 4.5 * random.nextFloat());
      double scale = 0.8 + 0.7 * random.nextFloat();
      double shear = Math.tan(Math.toRadians(-20 + 40 * random.nextFloat()));
      double a = scale * Math.cos(angle);
      double b = scale * (Math.cos(angle) * shear - Math.sin(angle));
      double c = scale * Math.sin(angle);
      double d = scale * (Math.sin(angle) * shear + Math.cos(angle));
      for (int i = 0; i < 81; i++) {
        double toX = i % 9 - 4 - right;
        double toY = i / 9 - 4 - down;
        double x = (toX * d - b * toY) / (a * d - b * c);
        double y = (a * toY - c * toX) / (a * d - b * c);
        if (Math.abs(x) < 3.99 && Math.abs(y) < 3.99) {
          assertEquals(0.5 + 0.02 * x + 0.05 * y, image.pixels()[i], 2e-6, index + ", " + i);
          compared++;
        }
      }
    }
    assertTrue(compared > 50 * 30, compared + " pixels compared");
  }

  @Test
  void colours() {
    Canvas image = canvas(1, 2, 3, 0.2f, 0.4f, 0.6f, 1f, 1f, 1f);
    Colours.brightness(image, 1.5f);
    assertArrayEquals(new float[] {0.3f, 0.6f, 0.9f, 1, 1, 1}, image.pixels(), ROUNDING);
    // grey of the first pixel: 0.2989 · 0.3 + 0.587 · 0.6 + 0.114 · 0.9 = 0.54447
    Colours.saturation(image, 0.5f);
    assertEquals(0.5f * 0.3f + 0.5f * 0.54447f, image.pixels()[0], ROUNDING);
    assertEquals(0.5f * 0.9f + 0.5f * 0.54447f, image.pixels()[2], ROUNDING);
    // the mean of grey is now (0.54447 · 0.9999 + 0.5 · 0.0001 ... + 0.9999) / 2, close to 0.7722
    Canvas flat = canvas(1, 2, 1, 0.2f, 0.6f);
    Colours.contrast(flat, 0.5f);
    assertArrayEquals(new float[] {0.3f, 0.5f}, flat.pixels(), ROUNDING);
  }

  /** A third of a turn carries red to green to blue; half a turn red to cyan. */
  @Test
  void hueTurnsTheCircle() {
    Canvas image = canvas(1, 2, 3, 1f, 0.25f, 0.25f, 0.5f, 0.5f, 0.5f);
    Colours.hue(image, 1f / 3);
    assertArrayEquals(new float[] {0.25f, 1f, 0.25f, 0.5f, 0.5f, 0.5f}, image.pixels(), ROUNDING);
    Colours.hue(image, 1f / 3);
    assertArrayEquals(new float[] {0.25f, 0.25f, 1f, 0.5f, 0.5f, 0.5f}, image.pixels(), ROUNDING);
    Colours.hue(image, -0.5f);
    assertArrayEquals(new float[] {1f, 1f, 0.25f, 0.5f, 0.5f, 0.5f}, image.pixels(), ROUNDING);
  }

  @Test
  void cutoutBlackensASquareThatTheEdgesCut() {
    for (int index = 0; index < 100; index++) {
      Canvas image = new Canvas(8, 8, 1);
      Arrays.fill(image.pixels(), 1f);
      new Cutout(4).apply(image, stream(index));
      int black = 0;
      for (float v : image.pixels()) {
        black += v == 0f ? 1 : 0;
      }
      assertTrue(List.of(4, 6, 8, 9, 12, 16).contains(black), black + " pixels"); // sides 2, 3, 4
    }
  }

  @Test
  void halfOfManyImagesAreFlipped() {
    int flipped = 0;
    for (int index = 0; index < 10_000; index++) {
      Canvas image = canvas(1, 2, 1, 0f, 1f);
      new HorizontalFlip(0.5).apply(image, stream(index));
      flipped += image.pixels()[0] == 1f ? 1 : 0;
    }
    assertTrue(Math.abs(flipped - 5000) < 250, flipped + " flipped"); // five deviations of 50
  }

  @Test
  void batchesAheadAreThoseMadeOneAfterAnotherFromAnyStart() {
    byte[] bytes = new byte[10 * 5 * 5 * 3];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 31);
    }
    var set =
        new ImageSet(
            new ImageSize(5, 5, 3),
            MemorySegment.ofArray(bytes),
            10,
            new int[] {9, 1, 2, 3, 4, 5, 6},
            new int[7]);
    List<Augmentation> list =
        List.of(new RandomCrop(1), new HorizontalFlip(0.5), new ColorJitter(0.2, 0.2, 0.2, 0.1));
    int[] order = {3, 0, 6, 1, 2, 5, 4};
    var augmenter = new Augmenter(list, set.size());
    try (var ahead = new BatchesAhead(set, list, 2)) {
      for (int first : new int[] {0, 2, 1, 3}) {
        ahead.begin(order, first, 4, 42, 7);
        for (int batch = first; batch < (first == 2 ? 3 : 4); batch++) {
          float[] made = ahead.take();
          float[] expected = new float[75];
          for (int i = 2 * batch; i < Math.min(2 * batch + 2, 7); i++) {
            augmenter.write(set, order[i], 42, 7, expected, 0);
            int at = (i - 2 * batch) * 75;
            assertArrayEquals(expected, Arrays.copyOfRange(made, at, at + 75), EXACT);
          }
        }
      }
    }
  }
}
