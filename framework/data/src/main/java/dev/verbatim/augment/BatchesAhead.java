package dev.verbatim.augment;

import dev.verbatim.data.ImageSet;
import java.util.List;
import java.util.Optional;

/**
 * Makes the augmented batches of an epoch in a thread of its own, a few ahead of who takes them.
 * The buffers are used over and over; a batch is the same whenever it is made.
 */
public final class BatchesAhead implements AutoCloseable {
  private static final int BUFFERS = 3;

  private final ImageSet set;
  private final Augmenter augmenter;
  private final int batchSize;
  private final float[][] buffers;
  private final Thread thread;
  private int[] order = {};
  private long seed;
  private int epoch;
  private int next;
  private int end;
  private int made;
  private int taken;
  private int round;
  private boolean closed;
  private Optional<Throwable> failure = Optional.empty();

  /** A maker of batches, idle until {@link #begin}. */
  public BatchesAhead(ImageSet set, List<Augmentation> list, int batchSize) {
    this.set = set;
    this.augmenter = new Augmenter(list, set.size());
    this.batchSize = batchSize;
    this.buffers = new float[BUFFERS][Math.min(batchSize, set.images()) * set.size().bytes()];
    this.thread = Thread.ofPlatform().daemon().name("verbatim-augment").start(this::work);
  }

  /**
   * Begins with a batch of an epoch; what was being made is forgotten.
   *
   * @param positions the order of images in the epoch
   * @param first the batch that is taken first, from 0
   * @param batches how many the epoch has; the last may not fill
   */
  public synchronized void begin(
      int[] positions, int first, int batches, long trainingSeed, int inEpoch) {
    order = positions;
    next = first;
    end = batches;
    seed = trainingSeed;
    epoch = inEpoch;
    made = 0;
    taken = 0;
    round++;
    notifyAll();
  }

  /**
   * The next batch, NHWC, waiting for it where it is not ready; it stays as it is until the next
   * call.
   */
  public synchronized float[] take() {
    try {
      while (made <= taken && failure.isEmpty()) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
    if (failure.isPresent() && failure.get() instanceof Error error) {
      throw error;
    }
    if (failure.isPresent()) {
      throw new IllegalStateException("a batch could not be made", failure.get());
    }
    float[] batch = buffers[taken % BUFFERS];
    taken++;
    notifyAll();
    return batch;
  }

  private void work() {
    try {
      while (true) {
        int batch;
        int slot;
        int inRound;
        int[] positions;
        long trainingSeed;
        int inEpoch;
        synchronized (this) {
          // one buffer is in the hands of who took it last
          while (!closed && (next >= end || made - taken >= BUFFERS - 1)) {
            wait();
          }
          if (closed) {
            return;
          }
          batch = next;
          slot = made % BUFFERS;
          inRound = round;
          positions = order;
          trainingSeed = seed;
          inEpoch = epoch;
        }
        fill(batch, positions, trainingSeed, inEpoch, buffers[slot]);
        synchronized (this) {
          if (inRound == round) {
            next++;
            made++;
            notifyAll();
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        failure = Optional.of(e);
        notifyAll();
      }
    }
  }

  private void fill(int batch, int[] positions, long trainingSeed, int inEpoch, float[] buffer) {
    int from = batch * batchSize;
    int to = Math.min(from + batchSize, positions.length);
    int size = set.size().bytes();
    for (int i = from; i < to; i++) {
      augmenter.write(set, positions[i], trainingSeed, inEpoch, buffer, (i - from) * size);
    }
  }

  /** Ends the thread. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
