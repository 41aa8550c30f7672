package dev.verbatim.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;

/**
 * Values as differences of whole multiples of a power of ten, which compress well.
 *
 * @param deltas null for a value that is not finite
 */
record PackedNumbers(int decimals, JsonArray deltas) {
  static PackedNumbers of(double[] values, int decimals) {
    double factor = StrictMath.pow(10, decimals);
    var deltas = new JsonArray();
    long last = 0;
    for (double value : values) {
      if (Double.isFinite(value)) {
        long now = Math.round(value * factor);
        deltas.add(now - last);
        last = now;
      } else {
        deltas.add(JsonNull.INSTANCE);
      }
    }
    return new PackedNumbers(decimals, deltas);
  }

  /** With the decimals that a metric deserves. */
  static PackedNumbers of(double[] values, Metric metric) {
    return of(values, metric.unit() == Metric.Unit.PERCENT ? 2 : 4);
  }
}
