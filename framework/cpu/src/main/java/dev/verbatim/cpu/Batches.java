package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Batches of floats from stored bytes; a unit is an image. */
final class Batches implements Pool.Task {
  private final Pool pool;
  private final byte[][] rows;
  private MemorySegment pixels = MemorySegment.NULL;
  private int[] indices = {};
  private float[] scale = {};
  private float[] shift = {};
  private float[] x = {};
  private int imageSize;
  private int channels;

  Batches(Pool pool) {
    this.pool = pool;
    this.rows = new byte[pool.threads()][0];
  }

  void gather(Tensor images, Tensor positions, Tensor factor, Tensor offset, Tensor batch) {
    pixels = CpuStorage.bytes(images);
    indices = CpuStorage.ints(positions);
    scale = CpuStorage.floats(factor);
    shift = CpuStorage.floats(offset);
    x = CpuStorage.floats(batch);
    channels = batch.shape().dim(3);
    imageSize = batch.size() / batch.shape().dim(0);
    pool.run(this, batch.shape().dim(0));
  }

  @Override
  public void run(int image, int worker) {
    if (rows[worker].length < imageSize) {
      rows[worker] = new byte[imageSize];
    }
    byte[] bytes = rows[worker];
    MemorySegment.copy(
        pixels, ValueLayout.JAVA_BYTE, (long) indices[image] * imageSize, bytes, 0, imageSize);
    for (int c = 0; c < channels; c++) {
      float factor = scale[c];
      float offset = shift[c];
      int at = image * imageSize;
      for (int i = c; i < imageSize; i += channels) {
        x[at + i] = Math.fma(bytes[i] & 0xff, factor, offset);
      }
    }
  }
}
