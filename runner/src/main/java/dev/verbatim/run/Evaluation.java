package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.data.DatasetOptions;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.Source;
import dev.verbatim.nn.Network;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.store.Disk;
import dev.verbatim.store.Numbers;
import dev.verbatim.store.RunFolder;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.OutOfDeviceMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A saved run's weights on images. */
public final class Evaluation {
  /**
   * What came out.
   *
   * @param confusion images of class [row] that were taken for class [column]
   * @param mistakes what is not on its diagonal, image by image
   */
  public record Result(
      int images,
      double loss,
      double accuracy,
      double top5,
      List<String> classNames,
      int[][] confusion,
      Mistakes mistakes) {}

  private final Runs.Settings settings;
  private final RunListener listener;

  /** An evaluation that tells the listener what is not as asked for. */
  public Evaluation(Runs.Settings settings, RunListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Evaluates a finished run.
   *
   * @param run its folder
   * @param split {@code train} or {@code validation}, of the run's own dataset
   * @param other a folder of class folders or an idx images file instead, if given
   * @throws IOException if the run's files cannot be read
   * @throws dev.verbatim.data.DataException if the images are not those of the run, or the other
   *     ones have other classes
   */
  public Result evaluate(Path run, String split, Optional<Path> other) throws IOException {
    StoredRun stored = StoredRun.load(run);
    ResolvedConfig config = stored.config();
    if (!Files.isRegularFile(run.resolve(RunFolder.WEIGHTS))) {
      String why = stored.folder().isDone() ? "it was kept without" : "not finished yet; it has no";
      throw new IOException(run + ": " + why + " " + RunFolder.WEIGHTS);
    }
    String changed = stored.folder().changed().get(RunFolder.WEIGHTS);
    if (changed != null) {
      throw new IOException(run + ": " + changed);
    }
    Runs runs = new Runs(settings, listener);
    Dataset dataset = other.isPresent() ? foreign(config, other.get(), runs) : runs.openFor(stored);
    TrainedOn trainedOn = TrainedOn.read(run.resolve("dataset.json"));
    if (other.isPresent() && isFile(other.get())) {
      trainedOn.requireClassCount(other.get(), dataset.classNames().size());
    } else if (other.isPresent()) {
      trainedOn.requireClasses(other.get(), dataset.classNames());
    }
    List<String> classNames = trainedOn.classNames();
    ImageSet images =
        other.isPresent() || split.equals("train") ? dataset.train() : dataset.validation();
    try (Backend backend = Runs.device(settings, listener)) {
      Network network =
          Runs.network(config, classNames.size())
              .place(backend, Catalogue.initializer(config.architecture()), 0);
      Weights.load(network, backend, run.resolve(RunFolder.WEIGHTS));
      return score(config, classNames, images, network, backend);
    }
  }

  /**
   * Writes pictures of a run's augmented images into its folder, {@code augmented.png} and {@code
   * augmented.csv}, as the run itself does when it begins.
   *
   * @throws dev.verbatim.data.DataException if the images are not those of the run
   */
  public void examples(Path run) throws IOException {
    StoredRun stored = StoredRun.load(run);
    Dataset dataset = new Runs(settings, listener).openFor(stored);
    AugmentedExamples.write(stored.config(), dataset, stored.folder());
  }

  private Dataset foreign(ResolvedConfig config, Path path, Runs runs) {
    Source source =
        isFile(path) ? new Source.Idx(path, labelsBeside(path)) : new Source.ImageFolder(path);
    var own =
        Catalogue.options(
            config.dataset(), settings.data(), Optional.empty(), runs.effectiveThreads());
    var all =
        new DatasetOptions(
            own.size(),
            new DatasetOptions.Fraction(0, 0),
            0,
            own.skipBadImages(),
            Optional.empty(),
            Optional.empty(),
            own.threads());
    return Dataset.open(source, all);
  }

  /** Whether this is a file, by itself or packed. */
  private static boolean isFile(Path path) {
    return Files.isRegularFile(path)
        || Files.isRegularFile(path.resolveSibling(path.getFileName() + ".gz"));
  }

  /** {@code x-images-idx3-ubyte} has its labels in {@code x-labels-idx1-ubyte}. */
  private static Path labelsBeside(Path images) {
    String name =
        images
            .getFileName()
            .toString()
            .replace("images-idx3", "labels-idx1")
            .replaceAll("\\.gz$", "");
    return images.resolveSibling(name);
  }

  /** In smaller batches where memory asks for it: an image's result does not depend on them. */
  private Result score(
      ResolvedConfig config,
      List<String> classNames,
      ImageSet images,
      Network network,
      Backend backend) {
    DType activations = activations(config, backend);
    for (int batch = config.train().batchSize(); ; batch /= 2) {
      try (Passes passes =
          new Passes(
              backend,
              network,
              Runs.normalization(config.dataset(), backend),
              Catalogue.loss(config.train()),
              activations,
              batch)) {
        return of(passes, images, classNames, backend);
      } catch (OutOfDeviceMemory e) {
        if (batch == 1) {
          throw e;
        }
        listener.warning(e.getMessage() + "; evaluated in batches of " + batch / 2);
      }
    }
  }

  /** As the run had them where the device can; its weights are float32 in any case. */
  private DType activations(ResolvedConfig config, Backend backend) {
    DType asTrained = Catalogue.activations(config.train());
    Optional<String> missing = Backends.missing(backend.name(), asTrained);
    missing.ifPresent(
        why ->
            listener.warning(
                "evaluated in fp32, the run is " + config.train().precision() + ": " + why));
    return missing.isEmpty() ? asTrained : DType.FLOAT32;
  }

  /** What the weights make of images now. */
  static Result of(Passes passes, ImageSet images, List<String> classNames, Backend backend) {
    int classes = classNames.size();
    int[][] confusion = new int[classes][classes];
    var mistakes = new Mistakes(images);
    Score score =
        passes
            .evaluate(
                images,
                (step, from) -> {
                  float[] logits = new float[step.batch() * classes];
                  backend.read(step.logits(), logits);
                  for (int i = 0; i < step.batch(); i++) {
                    int label = images.labels()[from + i];
                    int predicted = largest(logits, i * classes, classes);
                    confusion[label][predicted]++;
                    if (predicted != label) {
                      mistakes.add(from + i, predicted, logits, i * classes, classes);
                    }
                  }
                  return true;
                })
            .orElseThrow();
    return new Result(
        images.images(),
        score.loss(),
        score.accuracy(),
        score.top5(),
        classNames,
        confusion,
        mistakes);
  }

  private static int largest(float[] values, int at, int count) {
    int best = 0;
    for (int j = 1; j < count; j++) {
      best = values[at + j] > values[at + best] ? j : best;
    }
    return best;
  }

  /**
   * Writes {@code evaluation.csv}, {@code per_class.csv}, {@code confusion.csv} and {@code
   * misclassified.csv} into a folder, and pictures of the worst mistakes, {@code
   * misclassified.png}.
   */
  public static void write(Result result, Path folder, Disk disk) throws IOException {
    RunFolder out = new RunFolder(folder, disk);
    out.create();
    out.writeCsv(
        "evaluation.csv",
        List.of("images", "loss", "accuracy", "top5"),
        List.of(
            List.of(
                String.valueOf(result.images),
                Numbers.format(result.loss),
                Numbers.format(result.accuracy),
                Numbers.format(result.top5))));
    List<List<String>> perClass = new ArrayList<>();
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("class"));
    header.addAll(result.classNames);
    for (int c = 0; c < result.confusion.length; c++) {
      int images = 0;
      List<String> row = new ArrayList<>(List.of(result.classNames.get(c)));
      for (int count : result.confusion[c]) {
        images += count;
        row.add(String.valueOf(count));
      }
      rows.add(row);
      String accuracy = images == 0 ? "" : Numbers.format(100.0 * result.confusion[c][c] / images);
      perClass.add(List.of(result.classNames.get(c), String.valueOf(images), accuracy));
    }
    out.writeCsv("per_class.csv", List.of("class", "images", "accuracy"), perClass);
    out.writeCsv("confusion.csv", header, rows);
    result.mistakes.write(out, result.classNames);
  }
}
