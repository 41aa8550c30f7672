package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import dev.verbatim.spec.Value.Mapping;
import dev.verbatim.spec.Value.Scalar;
import dev.verbatim.spec.Value.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * A mapping that is being read: every key is asked for by name, type and range, and {@link #done}
 * refuses the keys that nobody asked for.
 */
final class Section {
  private final String name;
  private final Mapping mapping;
  private final Set<String> asked = new LinkedHashSet<>();

  Section(String name, Mapping mapping) {
    this.name = name;
    this.mapping = mapping;
  }

  /** A section from any value. */
  static Section of(String name, Value value) {
    if (value instanceof Mapping mapping) {
      return new Section(name, mapping);
    }
    throw new SpecException(value.place(), name + " needs a mapping, got " + value.kind());
  }

  Place place() {
    return mapping.place();
  }

  private Optional<Value> get(String key) {
    asked.add(key);
    return Optional.ofNullable(mapping.entries().get(key)).map(Entry::value);
  }

  boolean has(String key) {
    return get(key).isPresent();
  }

  Value require(String key) {
    return get(key).orElseThrow(() -> new SpecException(place(), name + " needs '" + key + "'"));
  }

  Optional<Value> value(String key) {
    return get(key);
  }

  String text(String key) {
    return scalar(key, require(key)).text();
  }

  String text(String key, String otherwise) {
    return get(key).map(v -> scalar(key, v).text()).orElse(otherwise);
  }

  /** One of some words. */
  String word(String key, String otherwise, List<String> allowed) {
    Optional<Value> value = get(key);
    String word = value.map(v -> scalar(key, v).text()).orElse(otherwise);
    if (!allowed.contains(word)) {
      Place at = value.map(Value::place).orElse(place());
      String problem =
          value.isPresent() ? key + " cannot be '" + word + "'" : name + " needs '" + key + "'";
      throw new SpecException(
          at, problem + "; allowed: " + String.join(", ", allowed) + Suggestion.of(word, allowed));
    }
    return word;
  }

  boolean flag(String key, boolean otherwise) {
    return get(key)
        .map(
            v -> {
              Scalar s = scalar(key, v);
              if (!s.plain() || !(s.text().equals("true") || s.text().equals("false"))) {
                throw new SpecException(v.place(), key + " needs true or false, got " + v.kind());
              }
              return s.text().equals("true");
            })
        .orElse(otherwise);
  }

  int integer(String key, int min, int max) {
    return integer(key, require(key), min, max);
  }

  int integer(String key, int otherwise, int min, int max) {
    return get(key).map(v -> integer(key, v, min, max)).orElse(otherwise);
  }

  static int integer(String key, Value value, int min, int max) {
    BigDecimal number =
        number(
            key,
            value,
            "a whole number from " + min + (max == Integer.MAX_VALUE ? " up" : " to " + max));
    boolean inRange =
        number.compareTo(BigDecimal.valueOf(min)) >= 0
            && number.compareTo(BigDecimal.valueOf(max)) <= 0;
    if (!inRange || number.stripTrailingZeros().scale() > 0) {
      throw new SpecException(
          value.place(),
          key
              + " needs a whole number from "
              + min
              + (max == Integer.MAX_VALUE ? " up" : " to " + max)
              + ", got "
              + value.kind());
    }
    return number.intValueExact();
  }

  double decimal(String key, double min, double max) {
    return decimal(key, require(key), min, max);
  }

  double decimal(String key, double otherwise, double min, double max) {
    return get(key).map(v -> decimal(key, v, min, max)).orElse(otherwise);
  }

  static double decimal(String key, Value value, double min, double max) {
    String range =
        "a number from "
            + Canonical.number(min)
            + (max == Double.MAX_VALUE ? " up" : " to " + Canonical.number(max));
    double number = number(key, value, range).doubleValue();
    if (!(number >= min && number <= max)) {
      throw new SpecException(value.place(), key + " needs " + range + ", got " + value.kind());
    }
    return number;
  }

  private static BigDecimal number(String key, Value value, String needed) {
    if (value instanceof Scalar s && s.plain() && s.text().length() < 40) {
      try {
        return new BigDecimal(s.text().replace("_", ""));
      } catch (NumberFormatException e) {
        // said below
      }
    }
    throw new SpecException(value.place(), key + " needs " + needed + ", got " + value.kind());
  }

  /** A list, its items read one by one; empty where the key is missing. */
  <T> List<T> list(String key, Function<Value, T> read) {
    List<T> items = new ArrayList<>();
    get(key)
        .ifPresent(
            v -> {
              if (!(v instanceof Sequence sequence)) {
                throw new SpecException(v.place(), key + " needs a list, got " + v.kind());
              }
              sequence.items().forEach(item -> items.add(read.apply(item)));
            });
    return List.copyOf(items);
  }

  /** A section under a key; empty where the key is missing. */
  Optional<Section> section(String key) {
    return get(key).map(v -> of(key, v));
  }

  static Scalar scalar(String key, Value value) {
    if (value instanceof Scalar scalar) {
      return scalar;
    }
    throw new SpecException(value.place(), key + " needs a single value, got " + value.kind());
  }

  /** Accepts keys that somebody else reads. */
  void allow(String... keys) {
    asked.addAll(List.of(keys));
  }

  /** Refuses keys that were not asked for. */
  void done() {
    onlyKeys(mapping, name, asked);
  }

  /** Refuses keys of a mapping that are not allowed. */
  static void onlyKeys(Mapping mapping, String name, Collection<String> allowed) {
    mapping
        .entries()
        .forEach(
            (key, entry) -> {
              if (!allowed.contains(key)) {
                throw new SpecException(
                    entry.place(),
                    name
                        + " has no key '"
                        + key
                        + "'; allowed: "
                        + String.join(", ", allowed)
                        + Suggestion.of(key, allowed));
              }
            });
  }
}
