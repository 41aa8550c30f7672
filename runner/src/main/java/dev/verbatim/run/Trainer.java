package dev.verbatim.run;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.augment.BatchesAhead;
import dev.verbatim.augment.Program;
import dev.verbatim.data.Dataset;
import dev.verbatim.data.ImageSet;
import dev.verbatim.nn.Network;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.optim.Schedule;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.Checkpoint;
import dev.verbatim.store.Checkpoint.Position;
import dev.verbatim.store.Divergence;
import dev.verbatim.store.SafeTensors;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.KernelTimes;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains one configuration on one device, an epoch at a time, from its first step or from a
 * checkpoint; knows nothing of folders.
 */
final class Trainer implements AutoCloseable {
  /** Hears of every training step when it is done. */
  interface StepListener {
    void step(int epoch, int step, int steps, float loss, double imagesPerSecond)
        throws IOException;
  }

  /** How the attempt to finish an epoch ended. */
  sealed interface End {
    /** It is trained and evaluated. */
    record Finished(EpochResult result) implements End {}

    /** It was asked to stop; a checkpoint of now goes on from here. */
    record Stopped() implements End {}

    /** A loss or a weight is not finite. */
    record Diverged(Divergence where) implements End {}
  }

  private final ResolvedConfig config;
  private final Backend backend;
  private final Network network;
  private final ImageSet train;
  private final ImageSet validation;
  private final LongSupplier nanoClock;
  private final Passes passes;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Optional<BatchesAhead> ahead;
  private final Tensor totals;
  private final StepsAhead given;
  private final IdentityHashMap<Step, Runnable> repeated = new IdentityHashMap<>();
  private int[] order = {};
  private int epoch = 1;
  private int step;
  private long steps;
  private Optional<Divergence> divergence = Optional.empty();
  private double trainSeconds;
  private double dataSeconds;

  /** A trainer before its first step. */
  Trainer(
      ResolvedConfig config,
      Dataset dataset,
      Network network,
      Backend backend,
      LongSupplier nanoClock) {
    this.config = config;
    this.backend = backend;
    this.network =
        network.place(backend, Catalogue.initializer(config.architecture()), config.seed());
    this.train = dataset.train();
    this.validation = dataset.validation();
    if (stepsPerEpoch() == 0) {
      throw new SpecException(
          "train.batch_size "
              + config.train().batchSize()
              + " with drop_last needs at least as many training images, got "
              + train.images());
    }
    this.nanoClock = nanoClock;
    List<Augmentation> list = Catalogue.augmentations(config);
    Gathering normalized = Runs.normalization(config.dataset(), backend);
    boolean onDevice = !list.isEmpty() && backend.augments();
    this.passes =
        new Passes(
            backend,
            network,
            onDevice ? augmented(list) : normalized,
            normalized,
            Catalogue.loss(config.train()),
            Catalogue.activations(config.train()),
            config.train().batchSize());
    this.schedule = Catalogue.schedule(config.schedule());
    this.optimizer = Catalogue.optimizer(config.optimizer(), backend, network.parameters());
    this.ahead =
        list.isEmpty() || onDevice
            ? Optional.empty()
            : Optional.of(new BatchesAhead(train, list, config.train().batchSize()));
    this.totals = backend.allocate(DType.FLOAT64, Shape.of(3));
    this.given =
        new StepsAhead(
            backend,
            List.copyOf(state().values()),
            List.copyOf(network.parameters().values()),
            totals);
  }

  private Gathering augmented(List<Augmentation> list) {
    Shape image = network.image();
    int[] words = Program.of(list, image.dim(0), image.dim(1));
    Tensor program = backend.allocate(DType.INT32, Shape.of(words.length));
    backend.write(program, words);
    return (k, images, indices, random, x) -> k.augmentImages(images, indices, random, program, x);
  }

  /** The epoch that comes next or goes on, from 1. */
  int epoch() {
    return epoch;
  }

  /** Whether all epochs are done. */
  boolean isDone() {
    return epoch > config.train().epochs();
  }

  /** Where training stands. */
  Position position() {
    double[] sums = new double[3];
    backend.read(totals, sums);
    return new Position(epoch, step, steps, sums, divergence, trainSeconds, dataSeconds);
  }

  /** Everything that is needed to go on. */
  Checkpoint checkpoint() {
    lookAtSteps();
    Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>();
    state().forEach((name, tensor) -> tensors.put(name, Weights.entry(tensor, backend)));
    return new Checkpoint(position(), tensors);
  }

  /**
   * Goes on from a checkpoint.
   *
   * @throws IOException if it is not one of this configuration
   */
  void restore(Checkpoint checkpoint) throws IOException {
    Weights.write(checkpoint.tensors(), state(), backend, "the checkpoint");
    Position p = checkpoint.position();
    epoch = p.epoch();
    step = p.step();
    steps = p.steps();
    optimizer.continueAfter(steps);
    divergence = p.divergence();
    trainSeconds = p.trainSeconds();
    dataSeconds = p.dataSeconds();
    backend.write(totals, p.totals());
  }

  private Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    network.state().forEach((path, tensor) -> state.put("model." + path, tensor));
    optimizer.state().forEach((name, tensor) -> state.put("optimizer." + name, tensor));
    return state;
  }

  /**
   * Trains what is left of the current epoch and evaluates; the images come in an order that
   * depends on (seed, epoch) alone.
   *
   * @param stop asked before each step and each batch of the evaluation
   * @throws IOException only if the listener throws it
   */
  End epoch(BooleanSupplier stop, StepListener listener) throws IOException {
    int batch = config.train().batchSize();
    order = Passes.shuffled(train.images(), config.seed(), epoch);
    int count = stepsPerEpoch();
    int first = step;
    beginBatches();
    given.keep();
    long begin = nanoClock.getAsLong();
    while (step < count) {
      boolean stopped = stop.getAsBoolean();
      if (!stopped) {
        step();
      }
      if (stopped || given.count() >= backend.stepsAhead() || step == count) {
        lookAtSteps();
      }
      if (endsHere()) {
        return new End.Diverged(divergence.orElseThrow());
      }
      if (stopped) {
        return new End.Stopped();
      }
      long images = Math.min((long) step * batch, train.images()) - (long) first * batch;
      listener.step(
          epoch, step, count, given.loss(), images * 1e9 / (nanoClock.getAsLong() - begin));
      if (endsHere()) { // found while the listener had a checkpoint made
        return new End.Diverged(divergence.orElseThrow());
      }
    }
    begin = nanoClock.getAsLong();
    Optional<Score> score = passes.evaluate(validation, (pass, from) -> !stop.getAsBoolean());
    if (score.isEmpty()) {
      return new End.Stopped();
    }
    double evalSeconds = (nanoClock.getAsLong() - begin) / 1e9;
    long images = Math.min((long) count * batch, train.images());
    var result =
        new EpochResult(
            epoch,
            steps,
            learningRate(steps - 1),
            Score.of(position().totals(), images),
            score.get(),
            Weights.digests(network, backend),
            new EpochResult.Times(trainSeconds, dataSeconds, evalSeconds, images / trainSeconds));
    epoch++;
    step = 0;
    trainSeconds = 0;
    dataSeconds = 0;
    backend.write(totals, new double[3]);
    return new End.Finished(result);
  }

  /** What the weights make of the validation images now. */
  Evaluation.Result evaluate(List<String> classNames) {
    return Evaluation.of(passes, validation, classNames, backend);
  }

  private boolean endsHere() {
    return divergence.isPresent() && config.train().onDivergence().equals("stop");
  }

  /** The rate of a step, counted from 0 over all epochs. */
  private float learningRate(long of) {
    long all = (long) stepsPerEpoch() * config.train().epochs();
    double factor = schedule.factor(of, stepsPerEpoch(), all);
    return (float) (config.optimizer().learningRate() * factor);
  }

  private int stepsPerEpoch() {
    int batch = config.train().batchSize();
    return config.train().dropLast() ? train.images() / batch : Math.ceilDiv(train.images(), batch);
  }

  private void beginBatches() {
    ahead.ifPresent(a -> a.begin(order, step, stepsPerEpoch(), config.seed(), epoch));
  }

  /** Gives one step to the device. */
  private void step() {
    long begin = nanoClock.getAsLong();
    int from = step * config.train().batchSize();
    Step pass = passes.stepFor(Math.min(config.train().batchSize(), train.images() - from), true);
    pass.randomness(config.seed(), epoch, step);
    if (ahead.isPresent()) {
      pass.load(train, ahead.get().take(), order, from);
    } else {
      pass.load(train, passes.pixelsOf(train), order, from);
    }
    long loaded = nanoClock.getAsLong();
    optimizer.learningRate(learningRate(steps));
    optimizer.prepare();
    Runnable work = repeated.get(pass);
    if (work == null) {
      work = backend.repeated(() -> kernels(pass));
      repeated.put(pass, work);
    }
    work.run();
    given.add(pass.loss());
    step++;
    steps++;
    dataSeconds += (loaded - begin) / 1e9;
    trainSeconds += (nanoClock.getAsLong() - begin) / 1e9;
  }

  /** How long the kernels of a step take, one by one; training cannot go on after it. */
  KernelTimes kernelTimes() {
    Step pass = passes.stepFor(Math.min(config.train().batchSize(), train.images()), true);
    return backend.kernelTimes(() -> kernels(pass));
  }

  private void kernels(Step pass) {
    pass.forward(totals);
    pass.backward();
    optimizer.update();
    given.watch(pass.loss());
  }

  /**
   * Waits for the steps that were given to the device since the last look. If something in them was
   * not finite, goes back to the last look and does them again, looking after each: so it is found
   * in the step in which it came about, however far the device was ahead.
   */
  void lookAtSteps() {
    int count = given.count();
    if (count == 0) {
      return;
    }
    long begin = nanoClock.getAsLong();
    if (!given.areFinite() && divergence.isEmpty()) {
      if (count == 1) {
        divergence = given.divergence(epoch, step);
      } else {
        goBack(count);
        for (int i = 0; i < count && divergence.isEmpty(); i++) {
          step();
          divergence = given.areFinite() ? Optional.empty() : given.divergence(epoch, step);
        }
      }
    }
    given.keep();
    trainSeconds += (nanoClock.getAsLong() - begin) / 1e9;
  }

  private void goBack(int count) {
    given.goBack();
    step -= count;
    steps -= count;
    optimizer.continueAfter(steps);
    beginBatches();
  }

  @Override
  public void close() {
    ahead.ifPresent(BatchesAhead::close);
    passes.close();
    given.close();
    backend.release(totals);
  }
}
