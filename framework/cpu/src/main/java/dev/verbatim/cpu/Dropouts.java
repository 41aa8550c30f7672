package dev.verbatim.cpu;

import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Tensor;

/** Dropout; the mask is drawn as it is needed. A unit is a chunk; bound by Philox' rounds. */
final class Dropouts implements Pool.Task {
  private static final int CHUNK = 1 << 12; // a multiple of the 8 elements of a Philox block
  private static final int ELEMENTS_IN_BLOCK = 8;

  private final Pool pool;
  private final Philox[] streams;
  private float[] x = {};
  private float[] y = {};
  private long seed;
  private int epoch;
  private int index;
  private int threshold;
  private float scale;
  private boolean accumulate;
  private int size;

  Dropouts(Pool pool) {
    this.pool = pool;
    this.streams = new Philox[pool.threads()];
    for (int i = 0; i < streams.length; i++) {
      streams[i] = new Philox(0, Philox.Purpose.DROPOUT, 0, 0);
    }
  }

  void run(
      Tensor input,
      Tensor random,
      int layer,
      int atLeast,
      float factor,
      boolean add,
      Tensor output) {
    x = CpuStorage.floats(input);
    y = CpuStorage.floats(output);
    int[] state = CpuStorage.ints(random);
    seed = Integer.toUnsignedLong(state[0]) | (long) state[1] << 32;
    epoch = state[2];
    index = state[3] * 256 + layer;
    threshold = atLeast;
    scale = factor;
    accumulate = add;
    size = input.size();
    pool.run(this, Math.ceilDiv(size, CHUNK));
  }

  @Override
  public void run(int unit, int worker) {
    Philox stream = streams[worker];
    stream.reset(seed, Philox.Purpose.DROPOUT, epoch, index);
    stream.skipTo(unit * (CHUNK / ELEMENTS_IN_BLOCK));
    int to = Math.min((unit + 1) * CHUNK, size);
    for (int i = unit * CHUNK; i < to; i += 2) {
      int word = stream.nextInt();
      put(i, word & 0xffff);
      if (i + 1 < to) {
        put(i + 1, word >>> 16);
      }
    }
  }

  private void put(int i, int bits) {
    float kept = bits >= threshold ? x[i] * scale : 0f;
    y[i] = accumulate ? y[i] + kept : kept;
  }
}
