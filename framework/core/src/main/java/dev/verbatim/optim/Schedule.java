package dev.verbatim.optim;

import java.util.List;

/**
 * A learning rate that depends on the position in training alone. Computed in double from + - * /
 * and an own cosine, so that every machine gets the same rate.
 */
public sealed interface Schedule {
  /**
   * A moment of training.
   *
   * @param step steps of all epochs before it, from 0
   * @param stepsPerEpoch steps of an epoch
   * @param epochs epochs of the whole training
   */
  record Moment(long step, long stepsPerEpoch, long epochs) {
    long epoch() {
      return step / stepsPerEpoch;
    }

    long steps() {
      return stepsPerEpoch * epochs;
    }
  }

  /** The factor of the base learning rate. */
  double factor(Moment moment);

  /** Always the base rate. */
  record Constant() implements Schedule {
    @Override
    public double factor(Moment moment) {
      return 1;
    }
  }

  /** Times {@code factor} after every so many epochs: PyTorch's StepLR. */
  record Step(int every, double factor) implements Schedule {
    @Override
    public double factor(Moment moment) {
      return power(factor, moment.epoch() / every);
    }
  }

  /** Times {@code factor} after each of these epochs, counted from 1: PyTorch's MultiStepLR. */
  record MultiStep(List<Integer> epochs, double factor) implements Schedule {
    @Override
    public double factor(Moment moment) {
      return power(factor, epochs.stream().filter(e -> e <= moment.epoch()).count());
    }
  }

  /**
   * Half a cosine from the base rate to {@code minimum} times it, epoch by epoch: PyTorch's
   * CosineAnnealingLR with T_max the number of epochs; Loshchilov and Hutter (2017).
   */
  record Cosine(double minimum) implements Schedule {
    @Override
    public double factor(Moment moment) {
      double along = (double) moment.epoch() / moment.epochs();
      return minimum + (1 - minimum) * (1 + cosineOfPi(along)) / 2;
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
    public double factor(Moment moment) {
      double top = rising * moment.steps() - 1;
      double last = moment.steps() - 1;
      double first = 1 / initialDivisor;
      if (moment.step() <= top) {
        return top == 0 ? 1 : between(first, 1, moment.step() / top);
      }
      return between(1, first / finalDivisor, (moment.step() - top) / (last - top));
    }

    private static double between(double from, double to, double along) {
      return to + (from - to) / 2 * (1 + cosineOfPi(along));
    }
  }

  /**
   * A line from {@code start} to 1 over the first epochs, step by step, then another schedule over
   * the rest: Goyal et al. (2017).
   */
  record Warmup(int epochs, double start, Schedule then) implements Schedule {
    @Override
    public double factor(Moment moment) {
      long warm = epochs * moment.stepsPerEpoch();
      if (moment.step() < warm) {
        double along = (double) moment.step() / warm;
        return then.factor(new Moment(0, moment.stepsPerEpoch(), rest(moment)))
            * (start + (1 - start) * along);
      }
      return then.factor(new Moment(moment.step() - warm, moment.stepsPerEpoch(), rest(moment)));
    }

    private long rest(Moment moment) {
      return Math.max(1, moment.epochs() - epochs);
    }
  }

  private static double power(double factor, long times) {
    double power = 1;
    for (long i = 0; i < times; i++) {
      power *= factor;
    }
    return power;
  }

  /**
   * cos(π x) for x in [0, 1]: the sine of π (1/2 - x) by its series up to the 21st power, whose
   * first term left out is below 2e-18.
   */
  static double cosineOfPi(double x) {
    double y = Math.PI * (0.5 - x);
    double square = y * y;
    double sum = 1;
    for (int n = 21; n > 1; n -= 2) {
      sum = 1 - square / (n * (n - 1)) * sum;
    }
    return y * sum;
  }
}
