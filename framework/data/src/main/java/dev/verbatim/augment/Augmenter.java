package dev.verbatim.augment;

import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.tensor.Philox;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Does a list of augmentations to images of a set, one image at a time. An image draws from
 * Philox(seed, AUGMENT, epoch, its place among the stored images). Used by one thread.
 */
public final class Augmenter {
  private static final float PER_BYTE = 1f / 255f;

  private final List<Augmentation> list;
  private final Canvas canvas;
  private final byte[] bytes;
  private final Philox random = new Philox(0, Philox.Purpose.AUGMENT, 0, 0);

  /** An augmenter of images of one size. */
  public Augmenter(List<Augmentation> list, ImageSize size) {
    this.list = List.copyOf(list);
    this.canvas = new Canvas(size.height(), size.width(), size.channels());
    this.bytes = new byte[size.bytes()];
  }

  /**
   * Writes one image as it is in an epoch.
   *
   * @param position of the image in the set
   */
  public void write(ImageSet set, int position, long seed, int epoch, float[] to, int at) {
    int stored = set.indices()[position];
    MemorySegment.copy(
        set.pixels(), ValueLayout.JAVA_BYTE, (long) stored * bytes.length, bytes, 0, bytes.length);
    float[] pixels = canvas.pixels();
    for (int i = 0; i < bytes.length; i++) {
      pixels[i] = (bytes[i] & 0xff) * PER_BYTE;
    }
    random.reset(seed, Philox.Purpose.AUGMENT, epoch, stored);
    for (int i = 0; i < list.size(); i++) {
      list.get(i).apply(canvas, random);
    }
    System.arraycopy(canvas.pixels(), 0, to, at, bytes.length);
  }
}
