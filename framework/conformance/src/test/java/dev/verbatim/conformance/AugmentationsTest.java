package dev.verbatim.conformance;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.augment.Augmenter;
import dev.verbatim.augment.Program;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Augmented batches of a device that makes them itself, against the host's: one augmentation after
 * another, at sizes that do nothing, something and too much, and lists of them in many orders.
 */
class AugmentationsTest {
  private static final int STORED = 9;
  private static final int[] INDICES = {4, 0, 8, 4, 1, 2, 3, 5, 6, 7, 0};

  /** Rows and columns alone, odd and even, and more than shared memory holds. */
  private static final List<ImageSize> SIZES =
      List.of(
          new ImageSize(1, 1, 3),
          new ImageSize(5, 8, 1),
          new ImageSize(7, 6, 3),
          new ImageSize(28, 28, 1),
          new ImageSize(32, 32, 3),
          new ImageSize(50, 47, 3));

  @BeforeAll
  static void sayWhichDevicesAugment() {
    List<String> names =
        Devices.all().stream().filter(Backend::augments).map(Backend::name).toList();
    System.out.println("augmentation on the device: " + (names.isEmpty() ? "none" : names));
  }

  private static List<Augmentation> all(int channels) {
    List<Augmentation> list =
        new ArrayList<>(
            List.of(
                new Augmentation.RandomCrop(0),
                new Augmentation.RandomCrop(4),
                new Augmentation.HorizontalFlip(0),
                new Augmentation.HorizontalFlip(0.5),
                new Augmentation.HorizontalFlip(1),
                new Augmentation.Rotation(0),
                new Augmentation.Rotation(15),
                new Augmentation.Rotation(180),
                new Augmentation.Translation(0.1),
                new Augmentation.Translation(1),
                new Augmentation.Affine(0, 0, 1, 1, 0),
                new Augmentation.Affine(30, 0.2, 0.5, 1.5, 10),
                new Augmentation.Affine(180, 0.9, 0.1, 4, 80),
                new Augmentation.ColorJitter(0, 0, 0, 0),
                new Augmentation.ColorJitter(0.2, 0, 0, 0),
                new Augmentation.ColorJitter(0, 0.4, 0, 0),
                new Augmentation.ColorJitter(0, 0, 3, 0),
                new Augmentation.ColorJitter(0, 0, 0, 0.5),
                new Augmentation.ColorJitter(0.4, 0.4, 0.4, 0.1),
                new Augmentation.Cutout(1),
                new Augmentation.Cutout(4),
                new Augmentation.Cutout(100)));
    list.add(
        new Augmentation.Normalize(
            List.of(0.5, 0.4, 0.3).subList(0, channels),
            List.of(0.2, 0.25, 1.0).subList(0, channels)));
    return list;
  }

  @Test
  void eachHasTheBitsOfTheHost() {
    for (ImageSize size : SIZES) {
      check(size, List.of(), 0, 1);
      for (Augmentation augmentation : all(size.channels())) {
        check(size, List.of(augmentation), 7, 3);
      }
    }
  }

  /** After a normalization colours are not in [0, 1] any more, and may be -0. */
  @Test
  void listsInAnyOrderHaveTheBitsOfTheHost() {
    var random = new Random(1);
    for (ImageSize size : SIZES) {
      List<Augmentation> list = all(size.channels());
      for (int draw = 0; draw < 12; draw++) {
        Collections.shuffle(list, random);
        check(size, list.subList(0, 1 + random.nextInt(list.size())), random.nextLong(), 1 + draw);
      }
    }
  }

  private static void check(ImageSize size, List<Augmentation> list, long seed, int epoch) {
    byte[] bytes = new byte[STORED * size.bytes()];
    new Random(size.bytes()).nextBytes(bytes);
    for (int i = 0; i < size.bytes(); i++) {
      bytes[i] = (byte) (i % 2 == 0 ? 0 : 255); // black and white
    }
    ImageSet set =
        new ImageSet(size, MemorySegment.ofArray(bytes), STORED, INDICES, new int[INDICES.length]);
    Augmenter augmenter = new Augmenter(list, size);
    float[] expected = new float[INDICES.length * size.bytes()];
    for (int i = 0; i < INDICES.length; i++) {
      augmenter.write(set, i, seed, epoch, expected, i * size.bytes());
    }
    for (Backend device : Devices.all()) {
      if (device.augments()) {
        float[] actual = onDevice(device, size, bytes, list, seed, epoch);
        BitEquality.compare(device, list, size.toString(), expected, actual);
      }
    }
  }

  private static float[] onDevice(
      Backend device, ImageSize size, byte[] bytes, List<Augmentation> list, long seed, int epoch) {
    Shape image = Shape.of(STORED, size.height(), size.width(), size.channels());
    Tensor images = device.wrap(MemorySegment.ofArray(bytes), image);
    Tensor indices = placed(device, INDICES);
    Tensor random = placed(device, new int[] {(int) seed, (int) (seed >>> 32), epoch, 5});
    Tensor program = placed(device, Program.of(list, size.height(), size.width()));
    Shape batch = Shape.of(INDICES.length, size.height(), size.width(), size.channels());
    Tensor x = device.allocate(DType.FLOAT32, batch);
    device.kernels().augmentImages(images, indices, random, program, x);
    float[] values = new float[batch.size()];
    device.read(x, values);
    List.of(images, indices, random, program, x).forEach(device::release);
    return values;
  }

  private static Tensor placed(Backend device, int[] values) {
    Tensor tensor = device.allocate(DType.INT32, Shape.of(values.length));
    device.write(tensor, values);
    return tensor;
  }
}
