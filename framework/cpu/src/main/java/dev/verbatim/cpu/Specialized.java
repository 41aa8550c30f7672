package dev.verbatim.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads a kernel class once more with other constants, such as the vector width. The compiler turns
 * vector code into instructions only where the width is a constant of the class, so one source must
 * become one class for each width: a hidden class whose class data are the constants.
 */
final class Specialized {
  private Specialized() {}

  /** Constants of a copy. */
  private record Constants(VectorSpecies<Float> species, int step, int pixels) {}

  /** A new instance of a copy of {@code template} whose {@link #species} is this wide. */
  static <T> T load(
      MethodHandles.Lookup lookup, Class<? extends T> template, Class<T> type, int bits) {
    return load(lookup, template, type, bits, 0);
  }

  /** The same with a {@link #step}. */
  static <T> T load(
      MethodHandles.Lookup lookup, Class<? extends T> template, Class<T> type, int bits, int step) {
    try {
      Class<?> copy = copy(lookup, template, bits, step, 0);
      return type.cast(copy.getDeclaredConstructor().newInstance());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + template.getSimpleName(), e);
    }
  }

  /** The same of loops that leave some work to others, with a number of {@link #pixels} too. */
  static <T> T load(
      MethodHandles.Lookup lookup,
      Class<? extends T> template,
      Class<T> type,
      int bits,
      int step,
      int pixels,
      T others) {
    try {
      Class<?> copy = copy(lookup, template, bits, step, pixels);
      return type.cast(copy.getDeclaredConstructor(type).newInstance(others));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + template.getSimpleName(), e);
    }
  }

  private static Class<?> copy(
      MethodHandles.Lookup lookup, Class<?> template, int bits, int step, int pixels)
      throws IllegalAccessException {
    String file = template.getSimpleName() + ".class";
    try (InputStream in = template.getResourceAsStream(file)) {
      byte[] bytes = in.readAllBytes();
      VectorSpecies<Float> species = VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
      var constants = new Constants(species, step, pixels);
      return lookup.defineHiddenClassWithClassData(bytes, constants, true).lookupClass();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the static initializer of a kernel class takes as its species. */
  static VectorSpecies<Float> species(MethodHandles.Lookup lookup) {
    return constants(lookup).species;
  }

  /** What the static initializer of a kernel class takes as floats from a pixel to the next. */
  static int step(MethodHandles.Lookup lookup) {
    return constants(lookup).step;
  }

  /** What the static initializer of a kernel class takes as pixels of its tile. */
  static int pixels(MethodHandles.Lookup lookup) {
    return constants(lookup).pixels;
  }

  private static Constants constants(MethodHandles.Lookup lookup) {
    try {
      Constants given = MethodHandles.classData(lookup, "_", Constants.class);
      return given == null ? new Constants(FloatVector.SPECIES_PREFERRED, 0, 0) : given;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
