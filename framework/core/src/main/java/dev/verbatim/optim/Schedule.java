package dev.verbatim.optim;

import dev.verbatim.tensor.Elementary;
import java.util.List;

/**
 * A learning rate that depends on the position in training alone. Computed in double from + - * /
 * and an own cosine, so that every machine gets the same rate.
 */
public sealed interface Schedule {
  /**
   * The factor of the base learning rate.
   *
   * @param step steps of all epochs before it, from 0
   * @param stepsPerEpoch steps of an epoch
   * @param steps steps of the whole training
   */
  double factor(long step, long stepsPerEpoch, long steps);

  /** Always the base rate. */
  record Constant() implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, long steps) {
      return 1;
    }
  }

  /** Times {@code factor} after every so many epochs: PyTorch's StepLR. */
  record Step(int every, double factor) implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, long steps) {
      return power(factor, step / stepsPerEpoch / every);
    }
  }

  /** Times {@code factor} after each of these epochs, counted from 1: PyTorch's MultiStepLR. */
  record MultiStep(List<Integer> epochs, double factor) implements Schedule {
    private int changes(long epoch) {
      int changes = 0;
      for (int i = 0; i < epochs.size(); i++) {
        changes += epochs.get(i) <= epoch ? 1 : 0;
      }
      return changes;
    }

    @Override
    public double factor(long step, long stepsPerEpoch, long steps) {
      return power(factor, changes(step / stepsPerEpoch));
    }
  }

  /**
   * Half a cosine from the base rate to {@code minimum} times it, epoch by epoch: PyTorch's
   * CosineAnnealingLR with T_max the number of epochs; Loshchilov and Hutter (2017).
   */
  record Cosine(double minimum) implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, long steps) {
      double along = (double) (step / stepsPerEpoch * stepsPerEpoch) / steps;
      return minimum + (1 - minimum) * (1 + Elementary.cosineOfPi(along)) / 2;
    }
  }

  /**
   * Up from {@code 1 / initialDivisor} to the base rate and down to {@code 1 / (initialDivisor ·
   * finalDivisor)}, both by half a cosine, step by step: PyTorch's OneCycleLR; Smith and Topin
   * (2018).
   *
   * @param rising share of the steps on the way up
   */
  record OneCycle(double rising, double initialDivisor, double finalDivisor) implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, long steps) {
      double top = rising * steps - 1;
      double last = steps - 1;
      double first = 1 / initialDivisor;
      if (step <= top) {
        return top == 0 ? 1 : between(first, 1, step / top);
      }
      return between(1, first / finalDivisor, (step - top) / (last - top));
    }

    private static double between(double from, double to, double along) {
      return to + (from - to) / 2 * (1 + Elementary.cosineOfPi(along));
    }
  }

  /**
   * A line from {@code start} times the first rate of another schedule up to it, step by step, then
   * that schedule, whose epochs and steps count from there and whose training is what is left:
   * PyTorch's LinearLR and SequentialLR; Goyal et al. (2017). A warm-up that is not of whole epochs
   * moves the changes of {@code then} into epochs.
   *
   * @param epochs how many it lasts
   * @param steps how many more
   */
  record Warmup(int epochs, int steps, double start, Schedule then) implements Schedule {
    @Override
    public double factor(long step, long stepsPerEpoch, long all) {
      long warm = epochs * stepsPerEpoch + steps;
      long rest = Math.max(stepsPerEpoch, all - warm);
      if (step < warm) {
        double along = (double) step / warm;
        return then.factor(0, stepsPerEpoch, rest) * (start + (1 - start) * along);
      }
      return then.factor(step - warm, stepsPerEpoch, rest);
    }
  }

  private static double power(double factor, long times) {
    double power = 1;
    for (long i = 0; i < times; i++) {
      power *= factor;
    }
    return power;
  }
}
