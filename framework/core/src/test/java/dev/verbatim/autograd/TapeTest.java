package dev.verbatim.autograd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.ops.Add;
import dev.verbatim.ops.Relu;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import org.junit.jupiter.api.Test;

/** Recording, on a dry tape; values and gradients are tested in conformance, on devices. */
class TapeTest {
  private static final Relu RELU = new Relu();
  private static final Add ADD = new Add();

  private final Variable x = Tape.placeholder(Shape.of(2, 3));

  @Test
  void theSameStepAgainFindsItsRecordAgain() {
    try (Tape tape = Tape.dry()) {
      Variable first = tape.call(ADD, tape.call(RELU, x), x);
      tape.reset();
      Variable second = tape.call(ADD, tape.call(RELU, x), x);
      assertSame(first, second);
      assertEquals(2, tape.calls().size());
    }
  }

  @Test
  void aStepThatDiffersIsRecordedAnewFromThereOn() {
    try (Tape tape = Tape.dry()) {
      Variable kept = tape.call(RELU, x);
      tape.call(RELU, kept);
      tape.call(RELU, kept);
      tape.reset();
      assertSame(kept, tape.call(RELU, x));
      tape.call(ADD, kept, x);
      assertEquals(2, tape.calls().size());
      assertEquals(ADD, tape.latest().op());
    }
  }

  @Test
  void aFailedCheckLeavesTheRecordAsItWas() {
    try (Tape tape = Tape.dry()) {
      tape.call(RELU, x);
      Variable other = Tape.placeholder(Shape.of(3, 2));
      var e = assertThrows(ShapeException.class, () -> tape.call(ADD, x, other));
      assertEquals("add needs two tensors of one shape, got [2,3] and [3,2]", e.getMessage());
      assertEquals(1, tape.calls().size());
    }
  }
}
