package dev.verbatim.conformance;

import dev.verbatim.tensor.Backend;
import java.util.List;

/**
 * Is the kernel right? Every device, at every width and thread count, against the float32
 * reference, bit by bit; NaN is one value.
 */
final class BitEquality {
  private BitEquality() {}

  static void check(OpRun run) {
    OpRun.Result expected = run.on(new ReferenceBackend(Arithmetic.FLOAT32));
    for (Backend device : Devices.all()) {
      compare(device, run, expected, run.on(device));
    }
  }

  static void compare(Backend device, OpRun run, OpRun.Result expected, OpRun.Result actual) {
    compare(device, run, "output", expected.output(), actual.output());
    for (int i = 0; i < expected.gradients().size(); i++) {
      compare(device, run, "gradient " + i, expected.gradients().get(i), actual.gradients().get(i));
    }
  }

  static void compare(Backend device, Object what, String part, float[] expected, float[] actual) {
    for (int i = 0; i < expected.length; i++) {
      if (Float.floatToIntBits(expected[i]) != Float.floatToIntBits(actual[i])) {
        throw new AssertionError(
            "%s, %s of %s at %d: reference %s, device %s"
                .formatted(
                    device.description(),
                    part,
                    what,
                    i,
                    Float.toHexString(expected[i]),
                    Float.toHexString(actual[i])));
      }
    }
  }

  /** All devices by name, for the log of the build. */
  static List<String> devices() {
    return Devices.all().stream().map(Backend::description).toList();
  }
}
