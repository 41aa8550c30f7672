package dev.verbatim.run;

import dev.verbatim.data.CacheFolder;
import dev.verbatim.data.DataException;
import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.run.RunOutcome.Status;
import dev.verbatim.spec.DatasetSpec;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.Checkpoint;
import dev.verbatim.store.Checkpoints;
import dev.verbatim.store.Disk;
import dev.verbatim.store.FolderInUseException;
import dev.verbatim.store.RunFolder;
import dev.verbatim.store.RunLock;
import dev.verbatim.store.RunLock.Attempt;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.OutOfDeviceMemory;
import dev.verbatim.tensor.ShapeException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Executes resolved configurations. */
public final class Runs {
  /**
   * Where and how, none of which changes a result.
   *
   * @param home the project's folder
   * @param command as it was typed
   * @param threads 0 takes one for each core
   * @param checkpointSteps a checkpoint each so many steps too; 0 for each epoch alone
   */
  public record Settings(
      Path home,
      Path results,
      Path data,
      boolean cache,
      int threads,
      String device,
      boolean force,
      int checkpointSteps,
      List<String> command,
      Disk disk,
      StopRequest stop) {}

  private static final String AGAIN = ".again-";

  private final Settings settings;
  private final RunListener listener;
  private Optional<CompletableFuture<Code>> code = Optional.empty();
  private Optional<DatasetSpec> opened = Optional.empty();
  private Optional<Dataset> dataset = Optional.empty();

  /** An executor that tells the listener what it does. */
  public Runs(Settings settings, RunListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /** An executor of code that was put aside earlier. */
  public Runs(Settings settings, RunListener listener, Code code) {
    this(settings, listener);
    this.code = Optional.of(CompletableFuture.completedFuture(code));
  }

  /** What runs here. */
  public Code code() {
    askForCode();
    return code.get().join();
  }

  /** Lets git and the hashing of jars go on beside what comes next. */
  private void askForCode() {
    if (code.isEmpty()) {
      code = Optional.of(CompletableFuture.supplyAsync(() -> Code.ofThisProgram(settings.home())));
    }
  }

  /**
   * The id of a run, for which its dataset is opened.
   *
   * @throws DataException if it is missing, damaged or not the expected one
   */
  public String id(ResolvedConfig config) {
    return id(config, open(config.dataset()));
  }

  private String id(ResolvedConfig config, Dataset dataset) {
    String hardware = RunIdentity.hardware(config, settings.device());
    return RunIdentity.id(config, dataset.fingerprint(), hardware);
  }

  /**
   * One run, from the dataset to {@code DONE}: begun, or gone on with where it stopped; a finished
   * run is left as it is, unless forced: then it is run again beside itself and compared.
   *
   * @throws IOException if the results cannot be written, or another process is writing them
   */
  public RunOutcome run(ResolvedConfig config) throws IOException {
    askForCode();
    Dataset dataset = open(config.dataset());
    return run(config, dataset, folder(config, dataset));
  }

  /**
   * Goes on with a stored run in its own folder.
   *
   * @throws DataException if its dataset is not the one it was begun with
   * @throws SpecException if its configuration or the numerics are not those of its id
   * @throws IOException as {@link #run}
   */
  public RunOutcome resume(StoredRun run) throws IOException {
    if (run.folder().path().getFileName().toString().startsWith(AGAIN)) {
      throw new SpecException(
          run.folder().path() + ": the second execution of a finished run; run --force goes on");
    }
    Dataset dataset = openFor(run);
    otherId(run, dataset)
        .ifPresent(
            other -> {
              throw new SpecException(run.folder().path() + ": cannot go on: " + other);
            });
    return run(run.config(), dataset, run.folder().path());
  }

  /**
   * The images of a stored run.
   *
   * @throws DataException if they are not here, or not the same: with both fingerprints
   */
  Dataset openFor(StoredRun run) throws IOException {
    String needed = run.folder().readText("dataset.json", "pixels_sha256");
    Dataset dataset;
    try {
      dataset = open(run.config().dataset());
    } catch (DataException e) {
      throw new DataException(e.getMessage() + "; the run has pixels with fingerprint " + needed);
    }
    if (!needed.equals(dataset.fingerprint())) {
      throw new DataException(
          run.folder().path()
              + ": needs pixels with fingerprint "
              + needed
              + ", the dataset here has "
              + dataset.fingerprint());
    }
    return dataset;
  }

  /**
   * Whether this program, here, gives a stored run another id; one line, empty if it does not.
   *
   * @throws SpecException if its bits are those of other hardware than there is here
   */
  Optional<String> otherId(StoredRun run, Dataset dataset) throws IOException {
    String hardware = RunIdentity.hardware(run.config(), settings.device());
    String stored = hardware.isEmpty() ? "" : run.folder().readText("provenance.json", "gpu");
    if (!stored.equals(hardware)) {
      throw new SpecException(
          "%s: made in %s on %s, whose bits no other GPU type promises; here is %s"
              .formatted(run.folder().path(), run.config().train().precision(), stored, hardware));
    }
    return run.otherId(dataset.fingerprint(), hardware);
  }

  private Path folder(ResolvedConfig config, Dataset dataset) {
    return RunFolder.of(
        settings.results(), config.name(), config.variant(), config.seed(), id(config, dataset));
  }

  private RunOutcome run(ResolvedConfig config, Dataset dataset, Path path) throws IOException {
    RunFolder folder = new RunFolder(path, settings.disk());
    folder.create();
    switch (RunLock.take(path, InstantSource.system())) {
      case Attempt.Held held ->
          throw new FolderInUseException(
              path + ": in use by " + held.by() + "; wait until it ends, or end it");
      case Attempt.Taken taken -> {
        try (RunLock _ = taken.lock()) {
          taken
              .dead()
              .ifPresent(
                  dead -> listener.warning(path + ": taken over from " + dead + ", which is gone"));
          if (!folder.isDone()) {
            return execute(config, dataset, folder);
          }
          folder.checkpoints().delete(); // left, if the end came just after DONE
          return settings.force() ? again(config, dataset, folder) : alreadyDone(folder);
        }
      }
    }
  }

  private static RunOutcome alreadyDone(RunFolder folder) throws IOException {
    StoredRun run = StoredRun.load(folder.path());
    String message = run.divergence().map(d -> d.summary()).orElse("");
    Status status = run.endsDiverged() ? Status.DIVERGED : Status.ALREADY_DONE;
    return new RunOutcome(folder.path(), status, message);
  }

  /** Executes a finished run once more, beside its folder, and compares the two. */
  private RunOutcome again(ResolvedConfig config, Dataset dataset, RunFolder folder)
      throws IOException {
    var other =
        new RunFolder(
            folder.path().resolveSibling(AGAIN + folder.path().getFileName()), settings.disk());
    if (other.isDone()) {
      other.delete(); // it differed, was kept for comparison, and is now made anew
    }
    other.create();
    RunOutcome outcome = execute(config, dataset, other);
    if (outcome.status() == Status.STOPPED) {
      return outcome;
    }
    Map<String, String> before = folder.hashes();
    Map<String, String> now = other.hashes();
    if (now.equals(before)) {
      folder.takeCircumstances(other);
      other.delete();
      String same = "run again: " + now.size() + " files, the same bits";
      return outcome.status() == Status.DIVERGED
          ? new RunOutcome(folder.path(), Status.DIVERGED, outcome.message() + "; " + same)
          : new RunOutcome(folder.path(), Status.SAME_AGAIN, same);
    }
    List<String> different =
        RunFolder.DETERMINISTIC.stream()
            .filter(name -> !Objects.equals(before.get(name), now.get(name)))
            .toList();
    return new RunOutcome(
        folder.path(),
        Status.DIFFERENT,
        "run again, and "
            + String.join(", ", different)
            + " differ; the first result is untouched, the second is in "
            + other.path());
  }

  private RunOutcome execute(ResolvedConfig config, Dataset dataset, RunFolder folder)
      throws IOException {
    Network network = network(config, dataset.classNames().size());
    int epochs = config.train().epochs();
    var recorder = new RunRecorder(folder, epochs);
    try (Backend backend = device(settings, listener);
        Trainer trainer = new Trainer(config, dataset, network, backend, System::nanoTime)) {
      Optional<Checkpoint> checkpoint = folder.checkpoints().restore(listener::warning);
      if (checkpoint.isPresent()) {
        trainer.restore(checkpoint.get());
        recorder.timingWhereMissing();
      } else {
        recorder.emptyTables();
      }
      var position = trainer.position();
      folder.writeJson("dataset.json", DatasetDescription.of(dataset));
      folder.writeCsv(
          "loading.csv", DatasetDescription.LOADING, DatasetDescription.loadingRows(dataset));
      recorder.model(network);
      recorder.status("running", position.epoch() - 1, position.divergence());
      AugmentedExamples.write(config, dataset, folder);
      folder.write("config.yaml", config.canonicalYaml()); // with it, others take it for a run
      var provenance = new Provenance(code(), settings.command(), effectiveThreads(), folder);
      provenance.begin(description(config, backend), Backends.hardware(backend.name()));
      folder.log(
          checkpoint.isPresent()
              ? "goes on in epoch " + position.epoch() + " after step " + position.step()
              : "begins");
      listener.begin(
          config,
          network,
          dataset,
          description(config, backend),
          folder.path(),
          position.epoch(),
          position.step());
      RunOutcome outcome = train(trainer, epochs, folder, recorder);
      if (outcome.status() != Status.STOPPED) {
        folder.write(RunFolder.WEIGHTS, Weights.file(network, backend));
      }
      if (outcome.status() == Status.DONE) {
        var validated = trainer.evaluate(dataset.classNames());
        Evaluation.write(validated, folder.file("evaluation-validation"), settings.disk());
      }
      provenance.end();
      if (outcome.status() != Status.STOPPED) {
        folder.finish();
        folder.checkpoints().delete();
      }
      return outcome;
    } catch (OutOfDeviceMemory e) {
      throw MemoryCount.explained(e, config, MemoryCount.training(dataset));
    }
  }

  /** Opens the device that was asked for; where {@code auto} finds no GPU, says why. */
  static Backend device(Settings settings, RunListener listener) {
    if (settings.device().equals("auto")) {
      Backends.missing("cuda").ifPresent(why -> listener.warning("on the CPU: " + why));
    }
    return Backends.open(settings.device(), settings.threads());
  }

  /** The device, and the precision where it is not float32. */
  static String description(ResolvedConfig config, Backend backend) {
    String precision = config.train().precision();
    return backend.description() + (precision.equals("fp32") ? "" : ", " + precision);
  }

  private RunOutcome train(Trainer trainer, int epochs, RunFolder folder, RunRecorder recorder)
      throws IOException {
    Checkpoints checkpoints = folder.checkpoints();
    StopRequest stop = settings.stop();
    stop.listen(true);
    try {
      while (!trainer.isDone()) {
        recorder.status("running", trainer.epoch() - 1, Optional.empty());
        switch (trainer.epoch(
            stop::isRequested, (e, s, n, l, v) -> step(trainer, checkpoints, e, s, n, l, v))) {
          case Trainer.End.Finished(EpochResult result) -> {
            recorder.epoch(result);
            checkpoints.save(trainer.checkpoint());
            String line = result.line(epochs);
            folder.log(line);
            listener.epoch(result.epoch(), line);
          }
          case Trainer.End.Stopped() -> {
            checkpoints.save(trainer.checkpoint());
            var at = trainer.position();
            String line = "stopped in epoch " + at.epoch() + " after step " + at.step();
            recorder.status("stopped", at.epoch() - 1, at.divergence());
            folder.log(line);
            return new RunOutcome(folder.path(), Status.STOPPED, line);
          }
          case Trainer.End.Diverged(var where) -> {
            recorder.status("diverged", where.epoch() - 1, Optional.of(where));
            folder.log(where.summary());
            return new RunOutcome(folder.path(), Status.DIVERGED, where.summary());
          }
        }
      }
    } finally {
      stop.listen(false);
    }
    var divergence = trainer.position().divergence();
    recorder.status("done", epochs, divergence);
    return new RunOutcome(folder.path(), Status.DONE, divergence.map(d -> d.summary()).orElse(""));
  }

  private void step(
      Trainer trainer,
      Checkpoints checkpoints,
      int epoch,
      int step,
      int steps,
      float loss,
      double imagesPerSecond)
      throws IOException {
    listener.step(epoch, step, steps, loss, imagesPerSecond);
    int every = settings.checkpointSteps();
    if (every > 0 && step % every == 0 && step < steps) {
      checkpoints.save(trainer.checkpoint());
    }
  }

  /**
   * The images of a configuration; the last ones are kept, for the next run of an experiment.
   *
   * @throws DataException if they are missing, damaged or not the expected ones
   */
  public Dataset open(DatasetSpec spec) {
    if (!opened.equals(Optional.of(spec))) {
      Optional<Path> cache =
          settings.cache() ? Optional.of(CacheFolder.path().resolve("datasets")) : Optional.empty();
      dataset =
          Optional.of(
              Dataset.open(
                  Catalogue.source(spec, settings.data(), true),
                  Catalogue.options(spec, settings.data(), cache, effectiveThreads())));
      opened = Optional.of(spec);
    }
    return dataset.orElseThrow();
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
