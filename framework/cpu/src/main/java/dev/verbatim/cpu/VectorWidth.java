package dev.verbatim.cpu;

import dev.verbatim.tensor.BackendException;
import java.util.List;
import jdk.incubator.vector.FloatVector;

/** The widest vectors that a backend uses. Results do not depend on it. */
public enum VectorWidth {
  /** Plain Java loops, without the Vector API. */
  SCALAR(0),
  /** 4 floats. */
  BITS_128(128),
  /** 8 floats. */
  BITS_256(256),
  /** 16 floats. */
  BITS_512(512);

  /** What java needs to be started with for vectors. */
  private static final String JVM_FLAGS =
      "--add-modules jdk.incubator.vector --add-exports java.base/jdk.internal.misc=ALL-UNNAMED";

  private final int bits;

  VectorWidth(int bits) {
    this.bits = bits;
  }

  /** Bits of a vector; 0 for scalar. */
  public int bits() {
    return bits;
  }

  /** Floats in a vector. */
  int lanes() {
    return bits / Float.SIZE;
  }

  /**
   * The width that the property {@code verbatim.vector.bits} names, else what suits this machine.
   */
  static VectorWidth chosen() {
    String asked = System.getProperty("verbatim.vector.bits", "");
    if (!areAllowed()) {
      if (!asked.isEmpty() && ofBits(asked) != SCALAR) {
        throw new BackendException("verbatim.vector.bits needs java with " + JVM_FLAGS);
      }
      return SCALAR;
    }
    if (!asked.isEmpty()) {
      return ofBits(asked);
    }
    return ofBits(String.valueOf(Math.clamp(Preferred.bits(), 128, 512)));
  }

  /** Whether the JVM was started with the {@link #JVM_FLAGS}. */
  private static boolean areAllowed() {
    return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
        && Object.class.getModule().isExported("jdk.internal.misc", VectorWidth.class.getModule());
  }

  /**
   * Whether there are 32 registers for vectors, as there are where these can be of 512 bits, and on
   * ARM. The property {@code verbatim.vector.registers} (16, 32) overrides it.
   *
   * <p>With 16, a loop over a tile writes a sum to a {@code fence} after each two pixels or taps.
   * Nobody reads it, but what is read behind it cannot be read before it: the compiler would else
   * begin with all values of the tile and, for lack of registers, keep sums in memory, where each
   * FMA waits for the one before for three times as long.
   */
  static boolean with32Registers() {
    String asked = System.getProperty("verbatim.vector.registers", "");
    return switch (asked) {
      case "" -> isArm() || (areAllowed() && Preferred.bits() == BITS_512.bits);
      case "16" -> false;
      case "32" -> true;
      default ->
          throw new BackendException("verbatim.vector.registers needs one of 16, 32, got " + asked);
    };
  }

  private static boolean isArm() {
    return System.getProperty("os.arch").equals("aarch64");
  }

  private static VectorWidth ofBits(String bits) {
    for (VectorWidth width : values()) {
      if (String.valueOf(width.bits).equals(bits)) {
        return width;
      }
    }
    throw new BackendException("verbatim.vector.bits needs one of 0, 128, 256, 512, got " + bits);
  }

  /** This width and the narrower ones, widest first. */
  List<VectorWidth> andNarrower() {
    return switch (this) {
      case SCALAR -> List.of(SCALAR);
      case BITS_128 -> List.of(BITS_128);
      case BITS_256 -> List.of(BITS_256, BITS_128);
      case BITS_512 -> List.of(BITS_512, BITS_256, BITS_128);
    };
  }

  /** Apart, so that the Vector API is only touched where its module is. */
  private static final class Preferred {
    static int bits() {
      return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
  }
}
