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
  private record Constants(VectorSpecies<Float> species, int step) {}

  /** A new instance of a copy of {@code template} whose {@link #species} is this wide. */
  static <T> T load(
      MethodHandles.Lookup lookup, Class<? extends T> template, Class<T> type, int bits) {
    return load(lookup, template, type, bits, 0);
  }

  /** The same with a {@link #step}. */
  static <T> T load(
      MethodHandles.Lookup lookup, Class<? extends T> template, Class<T> type, int bits, int step) {
    String file = template.getSimpleName() + ".class";
    try (InputStream in = template.getResourceAsStream(file)) {
      byte[] bytes = in.readAllBytes();
      VectorSpecies<Float> species = VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
      var constants = new Constants(species, step);
      Class<?> copy = lookup.defineHiddenClassWithClassData(bytes, constants, true).lookupClass();
      return type.cast(copy.getDeclaredConstructor().newInstance());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load " + file, e);
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

  private static Constants constants(MethodHandles.Lookup lookup) {
    try {
      Constants given = MethodHandles.classData(lookup, "_", Constants.class);
      return given == null ? new Constants(FloatVector.SPECIES_PREFERRED, 0) : given;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
