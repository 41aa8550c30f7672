package dev.verbatim.spec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A YAML value with its place; nothing in it has been interpreted. */
sealed interface Value {
  Place place();

  /** What it is, in the words of an error. */
  String kind();

  /** The same value, its place shown in another line of text. */
  default Value at(String line) {
    Place moved = new Place(place().source(), 1, place().column(), line);
    return switch (this) {
      case Scalar s -> new Scalar(s.text, s.plain, moved);
      case Sequence s -> new Sequence(s.items.stream().map(i -> i.at(line)).toList(), moved);
      case Mapping m -> {
        Map<String, Entry> entries = new LinkedHashMap<>();
        m.entries.forEach(
            (key, entry) ->
                entries.put(
                    key,
                    new Entry(
                        new Place(entry.place.source(), 1, entry.place.column(), line),
                        entry.value.at(line))));
        yield new Mapping(entries, moved);
      }
    };
  }

  /**
   * A single word or text.
   *
   * @param plain whether it stood without quotes
   */
  record Scalar(String text, boolean plain, Place place) implements Value {
    @Override
    public String kind() {
      return "'" + text + "'";
    }
  }

  /** A list. */
  record Sequence(List<Value> items, Place place) implements Value {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Keys and their values, in order. */
  record Mapping(Map<String, Entry> entries, Place place) implements Value {
    @Override
    public String kind() {
      return "a mapping";
    }

    /**
     * This mapping with another's keys over it: mappings are merged, everything else is replaced.
     */
    Mapping overlaid(Mapping over) {
      Map<String, Entry> merged = new LinkedHashMap<>(entries);
      over.entries.forEach(
          (key, entry) -> {
            if (merged.get(key) instanceof Entry(Place _, Mapping below)
                && entry.value instanceof Mapping above
                && below.isSameKindAs(above)) {
              merged.put(key, new Entry(entry.place, below.overlaid(above)));
            } else {
              merged.put(key, entry);
            }
          });
      return new Mapping(merged, place);
    }

    /**
     * Whether both may be merged: not if the other names another {@code kind}, whose keys are its
     * own.
     */
    private boolean isSameKindAs(Mapping other) {
      return !(entries.get("kind") instanceof Entry(Place _, Scalar own)
          && other.entries.get("kind") instanceof Entry(Place _, Scalar over)
          && !own.text.equals(over.text));
    }

    /**
     * This mapping with one value replaced; {@code path} is dotted, and missing mappings on the way
     * are made.
     */
    Mapping with(String path, Entry replacement) {
      int dot = path.indexOf('.');
      Map<String, Entry> changed = new LinkedHashMap<>(entries);
      if (dot < 0) {
        changed.put(path, replacement);
      } else {
        String first = path.substring(0, dot);
        Entry below = changed.get(first);
        Mapping inner =
            below != null && below.value instanceof Mapping m
                ? m
                : new Mapping(Map.of(), replacement.place);
        changed.put(
            first,
            new Entry(
                below == null ? replacement.place : below.place,
                inner.with(path.substring(dot + 1), replacement)));
      }
      return new Mapping(changed, place);
    }

    /** This mapping without some keys. */
    Mapping without(String... keys) {
      Map<String, Entry> rest = new LinkedHashMap<>(entries);
      for (String key : keys) {
        rest.remove(key);
      }
      return new Mapping(rest, place);
    }
  }

  /** The value of a key, and where the key stands. */
  record Entry(Place place, Value value) {}
}
