package dev.verbatim.spec;

import dev.verbatim.spec.Value.Entry;
import dev.verbatim.spec.Value.Mapping;
import dev.verbatim.spec.Value.Scalar;
import dev.verbatim.spec.Value.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * {@code grid:}, lists of values over dotted keys, each combined with each, and {@code exclude:},
 * combinations that are left out.
 */
final class Grid {
  /** One value of each key. */
  record Cell(String name, Mapping changes) {}

  private static final int MOST_CELLS = 100_000;
  private static final List<String> FIXED =
      List.of("name", "variant", "train.seeds", "grid", "exclude", "compare", "ablations", "smoke");

  private final Map<String, Sequence> keys = new LinkedHashMap<>();
  private final List<Mapping> exclusions = new ArrayList<>();

  /** Reads both sections; without {@code grid:} there are no cells. */
  static Grid read(Section s) {
    Grid grid = new Grid();
    s.section("grid")
        .ifPresent(
            g -> ((Mapping) s.require("grid")).entries().forEach((key, e) -> grid.key(key, e)));
    s.list("exclude", item -> grid.exclusions.add(grid.exclusion(item)));
    return grid;
  }

  boolean isEmpty() {
    return keys.isEmpty();
  }

  private void key(String key, Entry entry) {
    if (FIXED.stream().anyMatch(fixed -> overlap(fixed, key))) {
      throw new SpecException(
          entry.place(),
          "grid cannot vary "
              + key
              + (overlap("train.seeds", key) ? "; every seed of train.seeds is run anyway" : ""));
    }
    if (!(entry.value() instanceof Sequence values) || values.items().isEmpty()) {
      throw new SpecException(
          entry.value().place(),
          "grid needs a list of values under " + key + ", got " + entry.value().kind());
    }
    Set<String> seen = new HashSet<>();
    for (Value value : values.items()) {
      if (value instanceof Scalar scalar && !seen.add(scalar.text())) {
        throw new SpecException(value.place(), "grid names " + value.kind() + " twice for " + key);
      }
    }
    keys.put(key, values);
  }

  private Mapping exclusion(Value item) {
    if (!(item instanceof Mapping mapping) || mapping.entries().isEmpty()) {
      throw new SpecException(
          item.place(), "exclude needs mappings of grid keys to a value, got " + item.kind());
    }
    Set<String> allowed = new TreeSet<>(keys.keySet());
    allowed.add("variant");
    Section.onlyKeys(mapping, "exclude", allowed);
    return mapping;
  }

  /** Refuses overrides that would make all values of a key one. */
  void refuse(Mapping sets) {
    sets.entries()
        .forEach(
            (set, entry) ->
                keys.keySet().stream()
                    .filter(key -> overlap(key, set))
                    .findFirst()
                    .ifPresent(
                        key -> {
                          throw new SpecException(
                              entry.place(), "the grid varies " + key + ", which cannot be set");
                        }));
  }

  private static boolean overlap(String key, String other) {
    return (key + ".").startsWith(other + ".") || (other + ".").startsWith(key + ".");
  }

  /** All combinations, the last key varying fastest. */
  List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    if (isEmpty()) {
      return cells;
    }
    Place at = keys.values().iterator().next().place();
    long count = 1;
    for (Sequence values : keys.values()) {
      count *= values.items().size();
      if (count > MOST_CELLS) {
        throw new SpecException(at, "grid needs at most " + MOST_CELLS + " combinations");
      }
    }
    cells.add(new Cell("", new Mapping(Map.of(), at)));
    keys.forEach(
        (key, values) -> {
          List<String> names = names(values.items());
          List<Cell> longer = new ArrayList<>();
          for (Cell cell : cells) {
            for (int i = 0; i < names.size(); i++) {
              Map<String, Entry> changes = new LinkedHashMap<>(cell.changes().entries());
              changes.put(key, new Entry(values.place(), values.items().get(i)));
              String name = shortened(key) + "=" + names.get(i);
              longer.add(
                  new Cell(
                      cell.name().isEmpty() ? name : cell.name() + "," + name,
                      new Mapping(changes, at)));
            }
          }
          cells.clear();
          cells.addAll(longer);
        });
    return cells;
  }

  /** The key's last word, where no other key ends in it. */
  private String shortened(String key) {
    String last = last(key);
    return keys.keySet().stream().filter(other -> last(other).equals(last)).count() == 1
        ? last
        : key;
  }

  private static String last(String key) {
    return key.substring(key.lastIndexOf('.') + 1);
  }

  /**
   * What stands for each value in the name of a folder; its position where it has no short name.
   */
  private static List<String> names(List<Value> values) {
    List<String> names = values.stream().map(Grid::name).toList();
    boolean serve =
        names.stream().distinct().count() == names.size()
            && names.stream().allMatch(name -> name.matches("[A-Za-z0-9_.+-]{1,60}"));
    return serve
        ? names
        : IntStream.rangeClosed(1, names.size()).mapToObj(String::valueOf).toList();
  }

  private static String name(Value value) {
    return switch (value) {
      case Scalar scalar -> scalar.text();
      case Sequence s ->
          s.items().isEmpty()
              ? "none"
              : String.join("+", s.items().stream().map(Grid::name).toList());
      case Mapping m ->
          m.entries().get("kind") instanceof Entry(Place _, Scalar kind)
              ? kind.text()
              : String.join("+", m.entries().keySet());
    };
  }

  /** The cells that a variant has. */
  List<Cell> cellsOf(String variant, List<Cell> all) {
    return all.stream()
        .filter(cell -> exclusions.stream().noneMatch(e -> excludes(e, variant, cell)))
        .toList();
  }

  /** Refuses exclusions that exclude nothing, which are mistakes. */
  void requireEffect(Set<String> variants, List<Cell> all) {
    for (Mapping exclusion : exclusions) {
      if (variants.stream().noneMatch(v -> all.stream().anyMatch(c -> excludes(exclusion, v, c)))) {
        throw new SpecException(
            exclusion.place(),
            "exclude names no combination of the grid; variants: " + String.join(", ", variants));
      }
    }
  }

  private static boolean excludes(Mapping exclusion, String variant, Cell cell) {
    return exclusion.entries().entrySet().stream()
        .allMatch(
            e -> {
              Value wanted = e.getValue().value();
              Entry has = cell.changes().entries().get(e.getKey());
              return has == null
                  ? wanted instanceof Scalar s && s.text().equals(variant)
                  : form(wanted).equals(form(has.value()));
            });
  }

  /** Equal values have one form: numbers by their value, keys sorted. */
  private static String form(Value value) {
    return switch (value) {
      case Scalar s -> number(s.text());
      case Sequence s -> s.items().stream().map(Grid::form).toList().toString();
      case Mapping m -> {
        Map<String, String> forms = new TreeMap<>();
        m.entries().forEach((key, entry) -> forms.put(key, form(entry.value())));
        yield forms.toString();
      }
    };
  }

  private static String number(String text) {
    try {
      return Canonical.number(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
