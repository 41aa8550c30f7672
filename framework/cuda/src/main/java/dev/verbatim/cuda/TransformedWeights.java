package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Weights of convolutions in tiles, transformed (winograd.cu), each in memory of its own. They are
 * good until somebody touches the weights; those that are not are made anew when one of them is
 * wanted, all in one launch.
 */
final class TransformedWeights {
  /** Weights of a pair of channels, and what they become. */
  static final int TAPS = 9;

  static final int POSITIONS = (Kernels.TILE + 2) * (Kernels.TILE + 2);

  /** A thread for each pair of channels, sixteen by sixteen. */
  private static final int PAIRS_IN_BLOCK = Launch.THREADS;

  private final Launch launch;
  private final DeviceMemory memory;
  private final Segments due = new Segments();

  /** Those that were wanted, by address: all that are there, and those that go together now. */
  private final Map<Long, Weights> known = new LinkedHashMap<>();

  private Map<Long, Weights> together = known;

  /** Of which shape they are good, by address. */
  private final Map<Long, Shape> good = new HashMap<>();

  private record Weights(Tensor tensor, DeviceMemory.Block transformed) {
    long address() {
      return CudaStorage.address(tensor);
    }

    int pairs() {
      return tensor.size() / TAPS;
    }
  }

  TransformedWeights(Launch launch, DeviceMemory memory) {
    this.launch = launch;
    this.memory = memory;
  }

  /**
   * Work that is to be recorded: what was good before may not be when it is repeated. {@link
   * #forget} once it has been.
   */
  Runnable recorded(Runnable work) {
    Map<Long, Weights> own = new LinkedHashMap<>(); // others may be gone by then
    return () -> {
      good.clear();
      together = own;
      try {
        work.run();
      } finally {
        together = known;
      }
    };
  }

  /** As {@link #of}, of w in reverse, {@code [position, output channel, channel]}. */
  long reversed(Tensor w) {
    return of(w) + bytes(w.size() / TAPS) / 2;
  }

  /** Where w[3,3,channels,output channels] are, as {@code [position, channel, output channel]}. */
  long of(Tensor w) {
    long address = CudaStorage.address(w);
    Weights own = known.get(address);
    if (own == null) {
      own = new Weights(w, memory.allocate(bytes(w.storage().capacity() / TAPS)));
    } else if (own.tensor != w) {
      own = new Weights(w, own.transformed);
    }
    known.put(address, own);
    together.put(address, own);
    if (!isGood(own)) {
      transform();
    }
    return own.transformed.address();
  }

  private static long bytes(long pairs) {
    return 2 * pairs * POSITIONS * Float.BYTES;
  }

  private boolean isGood(Weights own) {
    Shape shape = good.get(own.address());
    return shape != null && shape.equals(own.tensor.shape());
  }

  private void transform() {
    long moved = 0;
    for (Weights own : together.values()) {
      if (isGood(own) || own != known.get(own.address())) {
        continue;
      }
      if (due.isFull()) {
        launch(moved);
        moved = 0;
      }
      launch.touch(own.tensor);
      int out = own.tensor.shape().dim(3);
      due.add(out, own.pairs(), PAIRS_IN_BLOCK, own.address(), own.transformed.address());
      moved += CudaStorage.bytes(own.tensor) + bytes(own.pairs());
      good.put(own.address(), own.tensor.shape());
    }
    launch(moved);
  }

  private void launch(long moved) {
    launch.of("winogradWeights").moving(moved).with(due.table()).blocks(due.blocks());
    due.clear();
  }

  /** Says that somebody is about to touch a tensor, or has just written to it. */
  void touched(Tensor tensor) {
    if (!good.isEmpty()) {
      good.remove(CudaStorage.address(tensor));
    }
  }

  /** Says that anything may have been written to. */
  void forget() {
    good.clear();
  }

  /** Says that nobody has a tensor any more. */
  void release(Tensor tensor) {
    long address = CudaStorage.address(tensor);
    good.remove(address);
    Weights own = known.remove(address);
    if (own != null) {
      memory.release(own.transformed);
    }
  }
}
