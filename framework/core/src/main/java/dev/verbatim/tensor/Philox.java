package dev.verbatim.tensor;

/**
 * Counter-based random numbers: Philox4x32-10 of Salmon, Moraes, Dror and Shaw, "Parallel random
 * numbers: as easy as 1, 2, 3" (SC 2011). What is drawn depends only on (seed, purpose, epoch,
 * index) and on how many draws came before in the same stream, so a resumed run, another thread
 * count or a GPU draws the same numbers.
 *
 * <p>The 64-bit seed is the key (low word first); the counter is (block, index, epoch, purpose).
 * Each block yields four 32-bit words. An instance is one stream and may be aimed at another with
 * {@link #reset}; it is not safe for use by several threads.
 */
public final class Philox {
  /** What a number is drawn for. Its code is part of the counter and never changes. */
  public enum Purpose {
    /** Initial weights; index is the parameter's position. */
    WEIGHTS(0),
    /** The order of images in an epoch; index is 0. */
    SHUFFLE(1),
    /** The split of a dataset into training and validation; index is the class. */
    SPLIT(2),
    /** Augmentation; index is the image. */
    AUGMENT(3),
    /** Dropout masks; index is the layer. */
    DROPOUT(4),
    /** Generated images of the {@code glyphs} dataset; index is the image. */
    GLYPHS(5),
    /** Inputs made up for tests and benchmarks. */
    TEST(6);

    private final int code;

    Purpose(int code) {
      this.code = code;
    }
  }

  private static final int ROUNDS = 10;
  private static final int MULTIPLIER_0 = 0xD2511F53;
  private static final int MULTIPLIER_1 = 0xCD9E8D57;
  private static final int WEYL_0 = 0x9E3779B9;
  private static final int WEYL_1 = 0xBB67AE85;

  private final int[] words = new int[4];
  private int key0;
  private int key1;
  private int block;
  private int index;
  private int epoch;
  private int purpose;
  private int used;

  /** The stream of (seed, purpose, epoch, index), at its beginning. */
  public Philox(long seed, Purpose purpose, int epoch, int index) {
    reset(seed, purpose, epoch, index);
  }

  /** Aims this object at the beginning of another stream. */
  public void reset(long seed, Purpose purpose, int epoch, int index) {
    this.key0 = (int) seed;
    this.key1 = (int) (seed >>> 32);
    this.block = 0;
    this.index = index;
    this.epoch = epoch;
    this.purpose = purpose.code;
    this.used = 4;
  }

  /** Goes to the beginning of a block of four words, from 0. */
  public void skipTo(int toBlock) {
    block = toBlock;
    used = 4;
  }

  /** The next 32 random bits. */
  public int nextInt() {
    if (used == 4) {
      rounds(key0, key1, block++, index, epoch, purpose, words);
      used = 0;
    }
    return words[used++];
  }

  /** A whole number in [0, bound), by multiplication and shift; its bias is below bound / 2^32. */
  public int nextInt(int bound) {
    return (int) ((Integer.toUnsignedLong(nextInt()) * bound) >>> 32);
  }

  /** A number in [0, 1): a multiple of 2^-24, exact in float32. */
  public float nextFloat() {
    return (nextInt() >>> 8) * 0x1p-24f;
  }

  /** A number in [0, 1) with 53 random bits, from two words, high word first. */
  public double nextDouble() {
    long high = Integer.toUnsignedLong(nextInt()) >>> 5;
    long low = Integer.toUnsignedLong(nextInt()) >>> 6;
    return ((high << 26) | low) * 0x1p-53;
  }

  /** Ten rounds of Philox4x32: the four words of one counter under one key, into {@code out}. */
  static void rounds(int key0, int key1, int c0, int c1, int c2, int c3, int[] out) {
    int k0 = key0;
    int k1 = key1;
    for (int round = 0; round < ROUNDS; round++) {
      long product0 = Integer.toUnsignedLong(MULTIPLIER_0) * Integer.toUnsignedLong(c0);
      long product1 = Integer.toUnsignedLong(MULTIPLIER_1) * Integer.toUnsignedLong(c2);
      int next0 = (int) (product1 >>> 32) ^ c1 ^ k0;
      int next2 = (int) (product0 >>> 32) ^ c3 ^ k1;
      c1 = (int) product1;
      c3 = (int) product0;
      c0 = next0;
      c2 = next2;
      k0 += WEYL_0;
      k1 += WEYL_1;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
  }
}
