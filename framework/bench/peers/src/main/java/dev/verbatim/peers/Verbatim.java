package dev.verbatim.peers;

import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.Network;
import dev.verbatim.nn.Parameter;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.run.Catalogue;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Philox;
import dev.verbatim.tensor.Shape;
import java.util.HashMap;
import java.util.Map;

/** This project's own framework, on the CPU. */
final class Verbatim implements Contender {
  private static final SoftmaxCrossEntropy LOSS = new SoftmaxCrossEntropy();

  /** Where batches of one size lie, and the records of the two passes over them. */
  private record Batch(Variable x, Variable labels, Tape training, Tape evaluation) {}

  private final Backend backend;
  private final Network network;
  private final Optimizer optimizer;
  private final Map<Integer, Batch> batches = new HashMap<>();
  private final long seed;
  private int size;
  private int steps;

  Verbatim(ResolvedConfig config, Network network, int threads, int ulps) {
    this.backend = Backends.open("cpu", threads);
    this.seed = config.seed();
    this.network = network.place(backend, Catalogue.initializer(config.architecture()), seed);
    if (ulps > 0) {
      var random = new Philox(ulps, Philox.Purpose.WEIGHTS, 1, 0);
      network.parameters().values().forEach(parameter -> nudge(parameter, random));
    }
    this.optimizer = Catalogue.optimizer(config.optimizer(), backend, network.parameters());
  }

  private void nudge(Parameter parameter, Philox random) {
    float[] values = new float[parameter.shape().size()];
    backend.read(parameter.tensor(), values);
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        values[i] = random.nextInt(2) == 0 ? Math.nextUp(values[i]) : Math.nextDown(values[i]);
      }
    }
    backend.write(parameter.tensor(), values);
  }

  private Batch place(int n) {
    Shape image = network.image();
    Shape shape = Shape.of(n, image.dim(0), image.dim(1), image.dim(2));
    Tape training = new Tape(backend);
    training.train(true);
    return new Batch(
        new Variable(backend.allocate(DType.FLOAT32, shape), false),
        new Variable(backend.allocate(DType.INT32, Shape.of(n)), false),
        training,
        new Tape(backend));
  }

  private Batch batch() {
    return batches.computeIfAbsent(size, this::place);
  }

  @Override
  public String version() {
    return Runs.version();
  }

  @Override
  public void load(float[] images, int[] labels) {
    size = labels.length;
    backend.write(batch().x().tensor(), images);
    backend.write(batch().labels().tensor(), labels);
  }

  @Override
  public float step(float learningRate) {
    Batch batch = batch();
    Tape tape = batch.training();
    tape.reset();
    tape.randomness(seed, 1, steps++);
    Variable loss = tape.call(LOSS, network.apply(tape, batch.x()), batch.labels());
    tape.backward(loss);
    optimizer.learningRate(learningRate);
    optimizer.step();
    float[] value = new float[1];
    backend.read(loss.tensor(), value);
    return value[0];
  }

  @Override
  public float[] logits() {
    Batch batch = batch();
    batch.evaluation().reset();
    Variable logits = network.apply(batch.evaluation(), batch.x());
    float[] values = new float[logits.shape().size()];
    backend.read(logits.tensor(), values);
    return values;
  }

  @Override
  public void close() {
    batches
        .values()
        .forEach(
            batch -> {
              batch.training().close();
              batch.evaluation().close();
            });
    backend.close();
  }
}
