package dev.verbatim.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Parameter;
import dev.verbatim.optim.Adam;
import dev.verbatim.optim.GradientRules;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.optim.RmsProp;
import dev.verbatim.optim.Sgd;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Two weights and a bias over five steps against the algorithms as PyTorch's documentation states
 * them, written out here in double. The gradients are given: with x = 1 the gradient by a weight
 * and by its bias is that of the output.
 *
 * <p>Tolerance: each step rounds a handful of times to 2⁻²⁴ of a value near 1, and errors add over
 * five steps: 2e-6 is above that and far below the effect of any wrong term (at least 1e-3).
 */
class OptimizersTest {
  private static final double TOLERANCE = 2e-6;
  private static final double[][] GRADIENTS = {
    {0.5, -1.25}, {0.25, 0.75}, {-2, 0.125}, {1, -0.5}, {0.0625, 3}
  };
  private static final float RATE = 0.1f;

  private interface Maker {
    Optimizer of(Backend backend, Map<String, Parameter> parameters);
  }

  /** The weight, its gradient, the step from 1: the new weight. */
  private interface Rule {
    double next(int i, double p, double g, int t);
  }

  private static void check(Maker maker, Rule rule) {
    double[][] expected = new double[GRADIENTS.length + 1][];
    expected[0] = new double[] {1, -0.5, 0.75, 2};
    for (int t = 1; t < expected.length; t++) {
      expected[t] = new double[4];
      for (int i = 0; i < 4; i++) {
        expected[t][i] = rule.next(i, expected[t - 1][i], (float) GRADIENTS[t - 1][i % 2], t);
      }
    }
    Devices.all().forEach(device -> check(device, maker, expected));
  }

  private static void check(Backend device, Maker maker, double[][] expected) {
    try (Tape tape = new Tape(device)) {
      Network network =
          new Network(new Linear(2, true), Shape.of(1))
              .place(device, Initializer.KAIMING_UNIFORM, 1);
      Tensor weight = network.state().get("weight");
      Tensor bias = network.state().get("bias");
      device.write(weight, new float[] {1f, -0.5f});
      device.write(bias, new float[] {0.75f, 2f});
      Optimizer optimizer = maker.of(device, network.parameters());
      Variable x = new Variable(device.allocate(DType.FLOAT32, Shape.of(1, 1)), false);
      device.write(x.tensor(), new float[] {1f});
      Tensor dY = device.allocate(DType.FLOAT32, Shape.of(1, 2));
      for (int t = 1; t <= GRADIENTS.length; t++) {
        float[] g = {(float) GRADIENTS[t - 1][0], (float) GRADIENTS[t - 1][1]};
        device.write(dY, g);
        tape.backward(network.apply(tape, x), dY);
        tape.reset();
        optimizer.step();
        float[] w = new float[2];
        float[] b = new float[2];
        device.read(weight, w);
        device.read(bias, b);
        float[] actual = {w[0], w[1], b[0], b[1]};
        for (int i = 0; i < 4; i++) {
          assertEquals(
              expected[t][i],
              actual[i],
              TOLERANCE,
              device.name() + ": value " + i + " after step " + t);
        }
      }
    }
  }

  /** torch.optim.SGD: g += λ p; b = μ b + g (first b = g); g = nesterov ? g + μ b : b; p -= γ g. */
  @Test
  void sgdWithMomentumDecayAndNesterov() {
    for (boolean nesterov : new boolean[] {false, true}) {
      double[] b = new double[4];
      var options = new Sgd.Options(0.9f, nesterov, GradientRules.decay(0.05f));
      check(
          (backend, parameters) -> new Sgd(backend, parameters, RATE, options),
          (i, p, gradient, t) -> {
            double g = gradient + 0.05 * p;
            b[i] = t == 1 ? g : 0.9 * b[i] + g;
            return p - 0.1 * (nesterov ? g + 0.9 * b[i] : b[i]);
          });
    }
  }

  /**
   * torch.optim.Adam: g += λ p; m = β1 m + (1-β1) g; v = β2 v + (1-β2) g²; m̂ = m / (1-β1^t); v̂ =
   * v / (1-β2^t); p -= γ m̂ / (√v̂ + ε). torch.optim.AdamW: p -= γ λ p first, g as it is.
   */
  @Test
  void adamAndAdamW() {
    for (boolean decoupled : new boolean[] {false, true}) {
      double[] m = new double[4];
      double[] v = new double[4];
      var options = new Adam.Options(0.9, 0.99, 1e-3, decoupled, GradientRules.decay(0.05f));
      check(
          (backend, parameters) -> new Adam(backend, parameters, RATE, options),
          (i, p, gradient, t) -> {
            double start = decoupled ? p - 0.1 * 0.05 * p : p;
            double g = decoupled ? gradient : gradient + 0.05 * p;
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.99 * v[i] + 0.01 * g * g;
            double mHat = m[i] / (1 - Math.pow(0.9, t));
            double vHat = v[i] / (1 - Math.pow(0.99, t));
            return start - 0.1 * mHat / (Math.sqrt(vHat) + 1e-3);
          });
    }
  }

  /** torch.optim.RMSprop: g += λ p; v = α v + (1-α) g²; b = μ b + g / (√v + ε); p -= γ b. */
  @Test
  void rmsProp() {
    double[] v = new double[4];
    double[] b = new double[4];
    var options = new RmsProp.Options(0.9, 1e-3, 0.5f, GradientRules.decay(0.05f));
    check(
        (backend, parameters) -> new RmsProp(backend, parameters, RATE, options),
        (i, p, gradient, t) -> {
          double g = gradient + 0.05 * p;
          v[i] = 0.9 * v[i] + 0.1 * g * g;
          b[i] = 0.5 * b[i] + g / (Math.sqrt(v[i]) + 1e-3);
          return p - 0.1 * b[i];
        });
  }

  /** The bias is of one dimension and does not decay where that is asked. */
  @Test
  void biasesNeedNotDecay() {
    var rules = new GradientRules(0.05f, false, 0f, 0f);
    check(
        (backend, parameters) ->
            new Sgd(backend, parameters, RATE, new Sgd.Options(0f, false, rules)),
        (i, p, g, t) -> p - 0.1 * (g + (i < 2 ? 0.05 * p : 0)));
  }

  /**
   * clip_grad_norm_: times min(1, limit / (norm + 1e-6)), norm over the gradients of weight and
   * bias, here √(2 (g0² + g1²)). clip_grad_value_: cut to ±limit.
   */
  @Test
  void gradientsAreClipped() {
    check(
        (backend, parameters) ->
            new Sgd(
                backend,
                parameters,
                RATE,
                new Sgd.Options(0f, false, new GradientRules(0f, true, 1.5f, 0f))),
        (i, p, g, t) -> {
          double[] all = GRADIENTS[t - 1];
          double norm = Math.sqrt(2 * (all[0] * all[0] + all[1] * all[1]));
          return p - 0.1 * g * Math.min(1, 1.5 / (norm + 1e-6));
        });
    check(
        (backend, parameters) ->
            new Sgd(
                backend,
                parameters,
                RATE,
                new Sgd.Options(0f, false, new GradientRules(0f, true, 0f, 0.8f))),
        (i, p, g, t) -> p - 0.1 * Math.max(-0.8, Math.min(0.8, g)));
  }
}
