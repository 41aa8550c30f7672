package dev.verbatim.optim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Factors at moments where they are known by hand. 1e-15 is a few roundings of double. */
class ScheduleTest {
  private static final double TOLERANCE = 1e-15;
  private static final long STEPS = 10;

  private static double atEpoch(Schedule schedule, int epoch, int epochs) {
    return schedule.factor(epoch * STEPS, STEPS, epochs * STEPS);
  }

  private static double atStep(Schedule schedule, long step, int epochs) {
    return schedule.factor(step, STEPS, epochs * STEPS);
  }

  /** StepLR(step_size=3, gamma=0.5): epochs 0-2 1, 3-5 0.5, 6-8 0.25. */
  @Test
  void step() {
    var schedule = new Schedule.Step(3, 0.5);
    assertEquals(1, atEpoch(schedule, 2, 10));
    assertEquals(0.5, atEpoch(schedule, 3, 10));
    assertEquals(0.25, atStep(schedule, 8 * STEPS + 9, 10));
  }

  /** MultiStepLR(milestones=[2, 5], gamma=0.1). */
  @Test
  void multiStep() {
    var schedule = new Schedule.MultiStep(List.of(2, 5), 0.1);
    assertEquals(1, atStep(schedule, 2 * STEPS - 1, 10));
    assertEquals(0.1, atEpoch(schedule, 2, 10));
    assertEquals(0.1, atEpoch(schedule, 4, 10));
    assertEquals(0.1 * 0.1, atEpoch(schedule, 5, 10));
  }

  /**
   * CosineAnnealingLR(T_max=6): min + (1 - min) (1 + cos(π e / 6)) / 2, and cos(π/6), cos(π/3),
   * cos(π/2) are √3/2, 1/2, 0.
   */
  @Test
  void cosine() {
    var schedule = new Schedule.Cosine(0);
    assertEquals(1, atEpoch(schedule, 0, 6), TOLERANCE);
    assertEquals((1 + Math.sqrt(3) / 2) / 2, atEpoch(schedule, 1, 6), TOLERANCE);
    assertEquals(0.75, atEpoch(schedule, 2, 6), TOLERANCE);
    assertEquals(0.5, atEpoch(schedule, 3, 6), TOLERANCE);
    assertEquals(0.25, atEpoch(schedule, 4, 6), TOLERANCE);
    assertEquals(atEpoch(schedule, 5, 6), atStep(schedule, 59, 6), "the same all through an epoch");
    assertEquals(0.1 + 0.9 * 0.75, atEpoch(new Schedule.Cosine(0.1), 2, 6), TOLERANCE);
  }

  /**
   * OneCycleLR(total_steps=100, pct_start=0.3): up to step 0.3 · 100 - 1 = 29, down to step 99. At
   * 14.5 of 29 the cosine is 0, so step 64 = 29 + 35 of 70 is half way down.
   */
  @Test
  void oneCycle() {
    var schedule = new Schedule.OneCycle(0.3, 25, 1e4);
    assertEquals(1.0 / 25, atStep(schedule, 0, 10), TOLERANCE);
    assertEquals(1, atStep(schedule, 29, 10), TOLERANCE);
    assertEquals((1 + 1 / 25e4) / 2, atStep(schedule, 64, 10), TOLERANCE);
    assertEquals(1 / 25e4, atStep(schedule, 99, 10), TOLERANCE);
  }

  /**
   * LinearLR before: 0.2 + 0.8 s / 20 for s < 20, then the cosine of the 4 epochs that are left.
   */
  @Test
  void warmup() {
    var schedule = new Schedule.Warmup(2, 0, 0.2, new Schedule.Cosine(0));
    assertEquals(0.2, atStep(schedule, 0, 6), TOLERANCE);
    assertEquals(0.6, atStep(schedule, 10, 6), TOLERANCE);
    assertEquals(0.96, atStep(schedule, 19, 6), TOLERANCE);
    assertEquals(1, atEpoch(schedule, 2, 6), TOLERANCE);
    assertEquals(0.5, atEpoch(schedule, 4, 6), TOLERANCE);
  }

  /**
   * 5 of 45 steps: 0.2 + 0.8 s / 5, then StepLR(step_size=2, gamma=0.5) from step 5, so it halves
   * at 5 + 20; the cosine over the 40 steps that are left is half way down at 5 + 20 too.
   */
  @Test
  void warmupOfSteps() {
    var step = new Schedule.Warmup(0, 5, 0.2, new Schedule.Step(2, 0.5));
    assertEquals(0.36, step.factor(1, STEPS, 45), TOLERANCE);
    assertEquals(1, step.factor(5, STEPS, 45));
    assertEquals(1, step.factor(24, STEPS, 45));
    assertEquals(0.5, step.factor(25, STEPS, 45));
    var cosine = new Schedule.Warmup(0, 5, 0.2, new Schedule.Cosine(0));
    assertEquals(0.5, cosine.factor(25, STEPS, 45), TOLERANCE);
  }

  /** It ends with the training, at 0.1 + 0.9 · 59 / 60 of the first rate of the cycle, 1/25. */
  @Test
  void warmupAsLongAsTheTrainingAndBeforeACycle() {
    var schedule = new Schedule.Warmup(6, 0, 0.1, new Schedule.OneCycle(0.3, 25, 1e4));
    assertEquals(0.1 / 25, atStep(schedule, 0, 6), TOLERANCE);
    assertEquals((0.1 + 0.9 * 59 / 60) / 25, atStep(schedule, 59, 6), TOLERANCE);
  }

  /**
   * PyTorch's OneCycleLR where the way up has no length: rising · steps - 1 is 0 (there PyTorch
   * divides by 0) and below 0.
   */
  @Test
  void oneCycleThatHardlyRises() {
    assertEquals(1, atStep(new Schedule.OneCycle(0.1, 25, 1e4), 0, 1));
    assertEquals(1 / 25e4, atStep(new Schedule.OneCycle(0, 25, 1e4), 9, 1), TOLERANCE);
  }
}
