package dev.verbatim.cpu;

import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Batches of floats from stored bytes; a unit is an image. */
final class Batches implements Pool.Task {
  private static final int MOST_LANES = 16;

  private final Pool pool;
  private final Lanes lanes;
  private final byte[][] rows;
  private MemorySegment pixels = MemorySegment.NULL;
  private int[] indices = {};
  private float[] scale = {};
  private float[] shift = {};
  private float[] x = {};
  private int imageSize;
  private int period;

  Batches(Pool pool, Lanes lanes) {
    this.pool = pool;
    this.lanes = lanes;
    this.rows = new byte[pool.threads()][0];
  }

  void gather(Tensor images, Tensor positions, Tensor factor, Tensor offset, Tensor batch) {
    pixels = CpuStorage.bytes(images);
    indices = CpuStorage.ints(positions);
    period = MOST_LANES * batch.shape().dim(3);
    scale = repeated(factor, scale);
    shift = repeated(offset, shift);
    x = CpuStorage.floats(batch);
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
    lanes.scaleBytes(bytes, scale, shift, period, x, image * imageSize, imageSize);
  }

  /** The values of the channels again and again, so often that vectors of any width fit in. */
  private float[] repeated(Tensor ofChannels, float[] room) {
    float[] values = CpuStorage.floats(ofChannels);
    float[] repeated = room.length == period ? room : new float[period];
    for (int i = 0; i < period; i++) {
      repeated[i] = values[i % ofChannels.size()];
    }
    return repeated;
  }
}
