package dev.verbatim.run;

import dev.verbatim.data.CacheFolder;
import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.optim.Sgd;
import dev.verbatim.spec.DatasetSpec;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.ShapeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Executes resolved configurations. */
public final class Runs {
  /**
   * Where and how, none of which changes a result.
   *
   * @param home the project's folder
   * @param command as it was typed
   * @param threads 0 takes one for each core
   */
  public record Settings(
      Path home,
      Path results,
      Path data,
      boolean cache,
      int threads,
      String device,
      boolean force,
      List<String> command) {}

  private final Settings settings;
  private final RunListener listener;

  /** An executor that tells the listener what it does. */
  public Runs(Settings settings, RunListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * One run, from the dataset to {@code DONE}; a finished run is left as it is unless forced.
   *
   * @throws IOException if the results cannot be written
   */
  public RunOutcome run(ResolvedConfig config) throws IOException {
    Instant start = Instant.now();
    Dataset dataset = open(config.dataset(), settings.data());
    Network network = network(config, dataset.classNames().size());
    RunFolder folder =
        RunFolder.of(
            settings.results(),
            config.name(),
            config.variant(),
            config.seed(),
            RunIdentity.id(config, dataset.fingerprint()));
    if (folder.isDone() && !settings.force()) {
      return new RunOutcome(folder.path(), RunOutcome.Status.ALREADY_DONE, "");
    }
    RunRecorder recorder = new RunRecorder(folder);
    recorder.begin(config.canonicalYaml(), network);
    folder.writeJson("dataset.json", DatasetDescription.of(dataset));
    folder.writeCsv(
        "loading.csv", DatasetDescription.LOADING, DatasetDescription.loadingRows(dataset));
    try (Backend backend = Backends.open(settings.device(), settings.threads())) {
      listener.begin(config, network, dataset, backend.description(), folder.path());
      RunOutcome outcome = train(config, dataset, network, backend, folder, recorder);
      Map<String, Object> facts =
          Provenance.collect(
              settings.home(),
              settings.command(),
              backend.description(),
              effectiveThreads(),
              start,
              Instant.now());
      folder.writeJson("provenance.json", facts);
      if (outcome.status() == RunOutcome.Status.DONE) {
        folder.finish();
      }
      return outcome;
    }
  }

  private RunOutcome train(
      ResolvedConfig config,
      Dataset dataset,
      Network network,
      Backend backend,
      RunFolder folder,
      RunRecorder recorder)
      throws IOException {
    network.place(backend, Catalogue.initializer(config.architecture()), config.seed());
    float rate = (float) config.optimizer().learningRate();
    var optimizer =
        new Sgd(backend, network.parameters().values(), rate, Catalogue.sgd(config.optimizer()));
    int epochs = config.train().epochs();
    long steps = 0;
    try (Training training =
        new Training(
            backend,
            network,
            normalization(config.dataset(), backend),
            config.train().batchSize(),
            System::nanoTime)) {
      for (int epoch = 1; epoch <= epochs; epoch++) {
        int now = epoch;
        recorder.status("running", epoch - 1, epochs);
        var trained =
            training.train(
                dataset.train(),
                optimizer,
                config.seed(),
                epoch,
                config.train().dropLast(),
                (step, count, loss, speed) -> listener.step(now, step, count, loss, speed));
        steps += trained.steps();
        long begin = System.nanoTime();
        Score validation = training.evaluate(dataset.validation());
        double evalSeconds = (System.nanoTime() - begin) / 1e9;
        String digest = Weights.sha256(network, backend);
        recorder.epoch(epoch, steps, rate, trained, validation, evalSeconds, digest);
        String line = EpochLine.of(epoch, epochs, trained, validation, evalSeconds);
        folder.log(line);
        listener.epoch(epoch, line);
      }
      Weights.save(network, backend, folder.file("weights.safetensors"));
      recorder.status("done", epochs, epochs);
      return new RunOutcome(folder.path(), RunOutcome.Status.DONE, "");
    } catch (DivergedException e) {
      recorder.status("diverged", e.epoch() - 1, epochs);
      folder.log(e.summary());
      return new RunOutcome(folder.path(), RunOutcome.Status.DIVERGED, e.summary());
    }
  }

  /**
   * The images of a configuration.
   *
   * @throws dev.verbatim.data.DataException if they are missing, damaged or not the expected ones
   */
  Dataset open(DatasetSpec spec, Path dataRoot) {
    Optional<Path> cache =
        settings.cache() ? Optional.of(CacheFolder.path().resolve("datasets")) : Optional.empty();
    return Dataset.open(
        Catalogue.source(spec, dataRoot, true),
        Catalogue.options(spec, dataRoot, cache, effectiveThreads()));
  }

  /**
   * The network of a configuration, without memory.
   *
   * @param classes how many the dataset has
   */
  public static Network network(ResolvedConfig config, int classes) {
    Network network = describe(config);
    if (network.output().rank() != 1 || network.output().dim(0) != classes) {
      throw new ShapeException(
          "architecture: its result for an image needs shape ["
              + classes
              + "], one logit for each class of the dataset, got "
              + network.output());
    }
    return network;
  }

  /** The network of a configuration by itself, without its dataset. */
  public static Network describe(ResolvedConfig config) {
    return new Network(
        Catalogue.architecture(config.architecture()), Catalogue.image(config.dataset()));
  }

  /** The version of this program. */
  public static String version() {
    return Provenance.version();
  }

  static Normalization normalization(DatasetSpec spec, Backend backend) {
    List<Double> mean = spec.normalize().map(DatasetSpec.Normalize::mean).orElse(List.of());
    List<Double> std = spec.normalize().map(DatasetSpec.Normalize::std).orElse(List.of());
    return Normalization.of(backend, spec.image().get(2), mean, std);
  }

  int effectiveThreads() {
    return settings.threads() == 0
        ? Runtime.getRuntime().availableProcessors()
        : settings.threads();
  }
}
