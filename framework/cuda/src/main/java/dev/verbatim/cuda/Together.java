package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;
import java.nio.ByteBuffer;

/**
 * Calls of one kernel on many tensors that become one launch: {@link #of}, the numbers that they
 * have in common, and {@link #on}. They wait while {@link #during} lasts and the kernel and those
 * numbers stay the same, until the table of {@link Segments} is full.
 */
final class Together {
  private static final int MOST_NUMBERS = 8;

  /** Four for each thread: enough to hide what a block costs, few enough to fill the GPU. */
  private static final int ELEMENTS_IN_BLOCK = 1024;

  private final Launch launch;
  private final Scratch scratch;
  private final Segments segments = new Segments();
  private boolean waits;

  private String waiting = "";
  private final long[] numbersOfWaiting = new long[MOST_NUMBERS];
  private int countOfWaiting;
  private long bytes;

  private String kernel = "";
  private final long[] numbers = new long[MOST_NUMBERS];
  private int count;

  Together(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
  }

  /** Does work whose calls may wait for each other. */
  void during(Runnable work) {
    waits = true;
    try {
      work.run();
      flush();
    } finally {
      waits = false;
      segments.clear();
      bytes = 0;
    }
  }

  /** Begins a call of a kernel. */
  Together of(String name) {
    kernel = name;
    count = 0;
    return this;
  }

  /** Begins a call that adds squares to a total; its launches are two. */
  Together ofSquares(Tensor total) {
    return of("squaresOfBlocks").with(total);
  }

  Together with(Tensor tensor) {
    launch.touch(tensor);
    return with(CudaStorage.address(tensor));
  }

  Together with(float value) {
    return with((long) Float.floatToRawIntBits(value));
  }

  Together with(boolean value) {
    return with(value ? 1L : 0L);
  }

  private Together with(long value) {
    numbers[count++] = value; // a kernel reads as many of the low bytes as its parameter has
    return this;
  }

  /**
   * Ends the call.
   *
   * @param number its own, beside those that it has in common with others
   * @param tensors at most four of one size
   */
  void on(float number, Tensor... tensors) {
    boolean same = kernel.equals(waiting) && !segments.isFull();
    for (int i = 0; same && i < count; i++) {
      same = numbers[i] == numbersOfWaiting[i];
    }
    if (!same) {
      flush();
      waiting = kernel;
      countOfWaiting = count;
      System.arraycopy(numbers, 0, numbersOfWaiting, 0, count);
    }
    long[] addresses = new long[tensors.length];
    for (int i = 0; i < tensors.length; i++) {
      launch.touch(tensors[i]);
      addresses[i] = CudaStorage.address(tensors[i]);
      bytes += CudaStorage.bytes(tensors[i]);
    }
    segments.add(number, tensors[0].size(), elementsInBlock(), addresses);
    if (!waits) {
      flush();
    }
  }

  private boolean isOfSquares() {
    return waiting.equals("squaresOfBlocks");
  }

  private int elementsInBlock() {
    return isOfSquares() ? Kernels.SQUARES_IN_BLOCK : ELEMENTS_IN_BLOCK;
  }

  /** Launches what waits. */
  void flush() {
    if (segments.isEmpty()) {
      return;
    }
    ByteBuffer table = segments.table();
    int all = segments.blocks();
    long moved = bytes;
    segments.clear();
    bytes = 0;
    if (isOfSquares()) {
      long partial = scratch.bytes((long) all * Double.BYTES);
      launch.of("squaresOfBlocks").moving(moved).with(table).with(partial).blocks(all);
      launch
          .of("addSquares")
          .with(table)
          .with(partial)
          .with(numbersOfWaiting[0])
          .with(all)
          .blocks(1);
      return;
    }
    launch.of(waiting).moving(moved).with(table);
    for (int i = 0; i < countOfWaiting; i++) {
      launch.with(numbersOfWaiting[i]);
    }
    launch.blocks(all);
  }
}
