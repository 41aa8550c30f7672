package dev.verbatim.spec;

import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The one text of a configuration: keys in the order of the records, defaults written out, shortest
 * numbers, LF. Records become mappings, records of a sealed family carry their {@code kind}
 * themselves, list items are named after their record.
 */
final class Canonical {
  private static final Pattern SAFE = Pattern.compile("[A-Za-z_/][A-Za-z0-9_/.+-]*");

  private Canonical() {}

  /** {@code key: value} lines of a record's components that are themselves given. */
  static String section(String key, Object value) {
    return key + ": " + text(value) + "\n";
  }

  /** A value in flow style. */
  static String text(Object value) {
    return switch (value) {
      case Named named ->
          named.isBare()
              ? named.yamlName()
              : "{" + named.yamlName() + ": " + mapping((Record) named) + "}";
      case Record mapped -> mapping(mapped);
      case List<?> list ->
          "[" + String.join(", ", list.stream().map(Canonical::text).toList()) + "]";
      case Double number -> number(number);
      case String word -> word(word);
      case Optional<?> optional -> optional.map(Canonical::text).orElse("");
      default -> String.valueOf(value);
    };
  }

  /** An item of a list that is written by its name: {@code relu} or {@code {max_pool: {...}}}. */
  interface Named {
    /** The name in YAML. */
    default String yamlName() {
      return snake(getClass().getSimpleName());
    }

    /** Whether there is nothing to say but the name. */
    default boolean isBare() {
      return getClass().getRecordComponents().length == 0;
    }
  }

  /** A record whose components are written as keys of the mapping it is in, not as its first. */
  interface Inlined {}

  private static String mapping(Record mapped) {
    StringBuilder text = new StringBuilder("{");
    for (Key key : KEYS.get(mapped.getClass())) {
      Object value = get(key.component(), mapped);
      if (value instanceof Inlined inner) {
        String keys = mapping((Record) inner);
        text.append(keys.length() > 2 ? ", " + keys.substring(1, keys.length() - 1) : "");
      } else if (!(value instanceof Optional<?> optional && optional.isEmpty())) {
        text.append(text.length() > 1 ? ", " : "")
            .append(key.name())
            .append(": ")
            .append(text(value));
      }
    }
    return text.append("}").toString();
  }

  /** A component by its name in YAML. */
  private record Key(String name, RecordComponent component) {}

  /** Found once for each class: a sweep writes ten thousand configurations. */
  private static final ClassValue<List<Key>> KEYS =
      new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .map(component -> new Key(snake(component.getName()), component))
              .toList();
        }
      };

  private static Object get(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static String snake(String camel) {
    return camel.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  /** The shortest decimal that reads back to the same double, without an exponent. */
  static String number(double value) {
    BigDecimal exact = new BigDecimal(Double.toString(value));
    return exact.signum() == 0 ? "0" : exact.stripTrailingZeros().toPlainString();
  }

  /** A word as it is where that is safe, else in double quotes. */
  private static String word(String word) {
    if (SAFE.matcher(word).matches()) {
      return word;
    }
    return "\"" + word.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
