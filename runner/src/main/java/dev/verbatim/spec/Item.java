package dev.verbatim.spec;

import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;

/**
 * A named item of a list: {@code relu}, {@code {max_pool: 2}} or {@code {conv2d: {out: 8, kernel:
 * 3}}}.
 */
record Item(String name, Value value, boolean isNameOnly) {
  /** Takes an item apart and checks its name. */
  static Item of(String what, Value value, Collection<String> allowed) {
    Item item =
        switch (value) {
          case Value.Scalar scalar -> new Item(scalar.text(), scalar, true);
          case Value.Mapping mapping when mapping.entries().size() == 1 -> {
            Map.Entry<String, Value.Entry> only = mapping.entries().entrySet().iterator().next();
            yield new Item(only.getKey(), only.getValue().value(), false);
          }
          default ->
              throw new SpecException(
                  value.place(),
                  "a " + what + " needs a name, or one name with its options, got " + value.kind());
        };
    if (!allowed.contains(item.name)) {
      String known =
          allowed.isEmpty()
              ? "none is known yet"
              : "allowed: " + String.join(", ", new TreeSet<>(allowed));
      throw new SpecException(
          value.place(),
          "no "
              + what
              + " is called '"
              + item.name
              + "'; "
              + known
              + Suggestion.of(item.name, allowed));
    }
    return item;
  }

  /** Whether the options are a single value. */
  boolean isSingle() {
    return !isNameOnly && value instanceof Value.Scalar;
  }

  int single(int min, int max) {
    return Section.integer(name, value, min, max);
  }

  double singleDecimal(double min, double max) {
    return Section.decimal(name, value, min, max);
  }

  Section section() {
    if (isNameOnly) {
      throw new SpecException(value.place(), name + " needs options, as in {" + name + ": {...}}");
    }
    return Section.of(name, value);
  }

  /** The result of an item without options. */
  <T> T bare(T result) {
    if (!isNameOnly) {
      throw new SpecException(value.place(), name + " takes no options, got " + value.kind());
    }
    return result;
  }

  /** The result, once its section has no key left. */
  <T> T done(Section section, T result) {
    section.done();
    return result;
  }
}
