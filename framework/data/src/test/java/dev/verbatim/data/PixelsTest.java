package dev.verbatim.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class PixelsTest {
  /** Worked out by hand: outputs of 2 -> 4 lie at -1/4, 1/4, 3/4 and 5/4, held to [0, 1]. */
  @Test
  void resizingIsBilinearBetweenPixelCentres() {
    byte[] out = new byte[4];
    Pixels.resize(new byte[] {0, 100}, 1, 2, out, new ImageSize(1, 4, 1));
    assertArrayEquals(new byte[] {0, 25, 75, 100}, out);
  }

  /** Output k of 1,000,000 -> 2,000 lies at 500 k + 249.5; in half pixels that is beyond an int. */
  @Test
  void veryWideImagesAreResizedToo() {
    byte[] image = new byte[1_000_000];
    byte[] expected = new byte[2000];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i / 4000);
    }
    for (int k = 0; k < expected.length; k++) {
      expected[k] = image[500 * k + 249];
    }
    byte[] out = new byte[2000];
    Pixels.resize(image, 1, 1_000_000, out, new ImageSize(1, 2000, 1));
    assertArrayEquals(expected, out);
  }

  @Test
  void resizingToTheSameSizeChangesNothing() {
    byte[] image = new byte[5 * 7 * 3];
    for (int i = 0; i < image.length; i++) {
      image[i] = (byte) (i * 31);
    }
    byte[] out = new byte[image.length];
    Pixels.resize(image, 5, 7, out, new ImageSize(5, 7, 3));
    assertArrayEquals(image, out);
  }

  @Test
  void glyphsAreTheSameOnEveryMachine() {
    var options =
        new DatasetOptions(
            new ImageSize(28, 28, 1),
            new DatasetOptions.Fraction(0.1, 0),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            3);
    Dataset dataset = Dataset.open(new Source.Glyphs(100, 1), options);
    assertEquals(
        "bb6fd7e158d5f0e055fc31ea040a9db3328af5979adb4fd3ff064f3c899c138a", dataset.fingerprint());
    assertEquals(10, dataset.validation().images());
  }
}
