package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.cpu.CpuBackend;
import dev.verbatim.cpu.VectorWidth;
import dev.verbatim.models.ResNet;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Network;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.optim.GradientRules;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/**
 * A training step leaves no garbage once its record stands: tape, layers, ops, optimizer and
 * kernels. On plain Java loops, since vectors are objects until they are compiled, which no test
 * can wait for; on images of one pixel, which are not cut into tiles, whose plain loops do make
 * arrays. Benchmarks count the bytes of the rest ({@code gc_alloc_rate_norm}).
 */
class StepAllocationTest {
  private static final int BATCH = 4;
  private static final int CLASSES = 10;
  private static final int WARM_UP = 8;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @Test
  void aTrainingStepAllocatesNothing() {
    var options =
        new ResNet.Options(
            true,
            true,
            ResNet.Shortcut.PROJECTION,
            ResNet.Head.GLOBAL_AVERAGE,
            ResNet.Stem.CIFAR,
            "relu",
            0,
            1);
    try (Backend cpu = new CpuBackend(1, VectorWidth.SCALAR);
        Tape tape = new Tape(cpu)) {
      tape.train(true);
      Network network = new Network(ResNet.of(20, CLASSES, options), Shape.of(1, 1, 3));
      Network _ = network.place(cpu, Initializer.KAIMING_NORMAL, 1);
      Variable x = new Variable(cpu.allocate(DType.FLOAT32, Shape.of(BATCH, 1, 1, 3)), false);
      cpu.write(x.tensor(), new float[] {.1f, .2f, .3f, 1, 2, 3, -1, 0, 1, 5, 3, 4});
      Variable labels = new Variable(cpu.allocate(DType.INT32, Shape.of(BATCH)), false);
      var rules = new Sgd.Options(0.9f, false, GradientRules.decay(5e-4f));
      var sgd = new Sgd(cpu, network.parameters(), 0.01f, rules);
      var lossOp = new SoftmaxCrossEntropy();

      Runnable step =
          () -> {
            tape.reset();
            Variable loss = tape.call(lossOp, network.apply(tape, x), labels);
            tape.backward(loss);
            sgd.step();
          };
      long first = allocated(step);
      for (int i = 1; i < WARM_UP; i++) {
        step.run(); // what is called for the first time is looked up once
      }
      long later = allocated(step);

      assertEquals(0, later, () -> "bytes; the first step made " + first);
    }
  }

  private long allocated(Runnable step) {
    long before = threads.getCurrentThreadAllocatedBytes();
    step.run();
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
