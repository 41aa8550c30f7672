package dev.verbatim.data;

import java.util.HexFormat;

/**
 * 128 bits that change when a file's name, size or time of change does, or a file comes or goes;
 * files may be added in any order. Each file gives two 64-bit numbers, and all of them are added:
 * no sorting and no cryptographic hash, which at 60,000 files cost more than asking for them. It is
 * to notice changes, not to withstand someone who looks for two folders with the same state.
 */
final class FilesState {
  private static final long MULTIPLIER_1 = 0x9E3779B97F4A7C15L;
  private static final long MULTIPLIER_2 = 0xD6E8FEB86659FD93L;

  private long sum1;
  private long sum2;

  /** Adds one file; the time is in nanoseconds. */
  void add(String name, long bytes, long changedNanos) {
    long hash = name.length();
    for (int i = 0; i < name.length(); i++) {
      hash = Long.rotateLeft((hash ^ name.charAt(i)) * MULTIPLIER_1, 32);
    }
    sum1 += mixed(mixed(mixed(hash) + bytes) + changedNanos);
    sum2 += mixed(mixed(mixed(hash ^ MULTIPLIER_2) ^ changedNanos) ^ bytes);
  }

  /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014): every bit depends on every bit. */
  private static long mixed(long value) {
    long z = value + MULTIPLIER_1;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** 32 hex digits. */
  String hex() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(sum1) + hex.toHexDigits(sum2);
  }
}
