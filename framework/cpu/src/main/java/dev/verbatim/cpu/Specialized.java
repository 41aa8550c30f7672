package dev.verbatim.cpu;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads a kernel class once more with another vector width. The compiler turns vector code into
 * instructions only where the width is a constant of the class, so one source must become one class
 * for each width: a hidden class whose class data is the species.
 */
final class Specialized {
  private Specialized() {}

  /** A new instance of a copy of {@code template} whose {@link #species} is this wide. */
  static <T> T load(
      MethodHandles.Lookup lookup, Class<? extends T> template, Class<T> type, int bits) {
    String file = template.getSimpleName() + ".class";
    try (InputStream in = template.getResourceAsStream(file)) {
      byte[] bytes = in.readAllBytes();
      VectorSpecies<Float> species = VectorSpecies.of(float.class, VectorShape.forBitSize(bits));
      Class<?> copy = lookup.defineHiddenClassWithClassData(bytes, species, true).lookupClass();
      return type.cast(copy.getDeclaredConstructor().newInstance());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot load " + file, e);
    }
  }

  /** What the static initializer of a kernel class takes as its species. */
  @SuppressWarnings("unchecked")
  static VectorSpecies<Float> species(MethodHandles.Lookup lookup) {
    try {
      VectorSpecies<Float> given = MethodHandles.classData(lookup, "_", VectorSpecies.class);
      return given == null ? FloatVector.SPECIES_PREFERRED : given;
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
