package dev.verbatim.store;

import dev.verbatim.store.SafeTensors.Entry;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * All that a run needs to go on as if it had never stopped. What random numbers, the learning rate
 * and the order of images come to follows from the position alone.
 *
 * @param position where training stands
 * @param tensors parameters under {@code model.}, the optimizer's under {@code optimizer.}
 */
public record Checkpoint(Position position, Map<String, Entry> tensors) {
  /**
   * A point between two steps.
   *
   * @param epoch the epoch that is being trained, from 1; one more than the last when all is done
   * @param step steps of this epoch that are done
   * @param steps steps of all epochs that are done
   * @param totals of this epoch so far: loss, top-1 and top-5 hits
   * @param divergence where a loss or a weight was first not finite
   * @param trainSeconds spent on this epoch so far
   * @param dataSeconds of them, waiting for images
   */
  public record Position(
      int epoch,
      int step,
      long steps,
      double[] totals,
      Optional<Divergence> divergence,
      double trainSeconds,
      double dataSeconds) {
    /** Before the first step. */
    public static final Position START =
        new Position(1, 0, 0, new double[3], Optional.empty(), 0, 0);

    @Override
    public boolean equals(Object other) {
      return other instanceof Position p
          && epoch == p.epoch
          && step == p.step
          && Arrays.equals(totals, p.totals);
    }

    @Override
    public int hashCode() {
      return 31 * epoch + step;
    }
  }

  /** The position as safetensors metadata, numbers in a form that reads back exactly. */
  Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("epoch", String.valueOf(position.epoch));
    metadata.put("step", String.valueOf(position.step));
    metadata.put("steps", String.valueOf(position.steps));
    metadata.put("loss", Double.toHexString(position.totals[0]));
    metadata.put("top1", Double.toHexString(position.totals[1]));
    metadata.put("top5", Double.toHexString(position.totals[2]));
    position.divergence.ifPresent(
        d -> {
          metadata.put("diverged_epoch", String.valueOf(d.epoch()));
          metadata.put("diverged_step", String.valueOf(d.step()));
          metadata.put("diverged_what", d.what());
        });
    metadata.put("train_seconds", String.valueOf(position.trainSeconds));
    metadata.put("data_seconds", String.valueOf(position.dataSeconds));
    return metadata;
  }

  /**
   * The position that metadata tells.
   *
   * @throws IllegalArgumentException if something is missing or no number
   */
  static Position position(Map<String, String> metadata) {
    Optional<Divergence> divergence =
        metadata.containsKey("diverged_epoch")
            ? Optional.of(
                new Divergence(
                    Integer.parseInt(value(metadata, "diverged_epoch")),
                    Integer.parseInt(value(metadata, "diverged_step")),
                    value(metadata, "diverged_what")))
            : Optional.empty();
    return new Position(
        Integer.parseInt(value(metadata, "epoch")),
        Integer.parseInt(value(metadata, "step")),
        Long.parseLong(value(metadata, "steps")),
        new double[] {
          Double.parseDouble(value(metadata, "loss")),
          Double.parseDouble(value(metadata, "top1")),
          Double.parseDouble(value(metadata, "top5"))
        },
        divergence,
        Double.parseDouble(value(metadata, "train_seconds")),
        Double.parseDouble(value(metadata, "data_seconds")));
  }

  static String value(Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key);
    }
    return value;
  }
}
