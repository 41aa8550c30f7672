package dev.verbatim.report;

import com.google.gson.JsonElement;
import dev.verbatim.report.Run.Cost;
import dev.verbatim.report.Run.Epoch;
import dev.verbatim.report.Run.Layer;
import dev.verbatim.report.Run.Loading;
import dev.verbatim.report.Run.Timing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the folder of one run. */
final class RunReader {
  static final Pattern NAME = Pattern.compile("seed-([0-9]{1,18})-([0-9a-f]{12})");

  private static final Pattern SEEDS = Pattern.compile("\\bseeds: *\\[[^\\]]*\\]");

  /** Columns of metrics.csv. */
  private static final List<String> EPOCH =
      List.of(
          "epoch",
          "train_loss",
          "train_accuracy",
          "val_loss",
          "val_accuracy",
          "val_top5",
          "weights_sha256");

  private static final int ANY = -1;

  private final Path folder;
  private final String name;
  private final int numerics;
  private final List<String> problems = new ArrayList<>();

  /**
   * A reader of a folder.
   *
   * @param name the folder's, relative to the results
   * @param numerics the newest version of the numerics that is known; 0 takes any
   */
  RunReader(Path folder, String name, int numerics) {
    this.folder = folder;
    this.name = name;
    this.numerics = numerics;
  }

  /** Files that could be done without and were left out, each with its reason. */
  List<String> problems() {
    return problems;
  }

  Run read(String variant) throws BrokenFileException {
    Matcher parts = NAME.matcher(String.valueOf(folder.getFileName()));
    if (!parts.matches()) {
      throw new BrokenFileException("not the name of a run");
    }
    Provenance provenance =
        orElse(() -> Provenance.read(folder), Provenance.UNKNOWN).orNumerics(numerics);
    if (numerics > 0 && provenance.numerics() > numerics) {
      throw new BrokenFileException(
          "made by a newer version: its numerics are "
              + provenance.numerics()
              + ", the newest known here "
              + numerics);
    }
    boolean done = Files.exists(folder.resolve(Done.FILE));
    int divergedIn = done ? divergedIn() : 0;
    String config = config();
    List<Layer> layers = layers();
    List<Epoch> epochs =
        epochs(done ? CsvTable.read(metrics(), EPOCH) : CsvTable.readSoFar(metrics(), EPOCH));
    if (epochs.isEmpty() && done && divergedIn == 0) {
      throw new BrokenFileException("metrics.csv has no epochs");
    }
    int timed = done && divergedIn == 0 ? epochs.size() : ANY;
    if (done) {
      Done.check(folder);
    }
    return new Run(
        name,
        variant,
        Long.parseLong(parts.group(1)),
        parts.group(2),
        done,
        config,
        withoutSeeds(config),
        divergedIn,
        layers.getLast().cost(),
        List.copyOf(layers.subList(0, layers.size() - 1)),
        epochs,
        optional("loading.csv", this::loading, Loading.UNKNOWN),
        optional("timing.csv", () -> timing(timed), Timing.UNKNOWN),
        Evaluation.readAll(folder, problems),
        Images.read(folder),
        provenance);
  }

  /** A reference result has no such file, and is none the worse for it. */
  private <T> T optional(String file, Part<T> part, T otherwise) {
    boolean reference = name.startsWith("reference/");
    return reference && !Files.exists(folder.resolve(file)) ? otherwise : orElse(part, otherwise);
  }

  private interface Part<T> {
    T read() throws BrokenFileException;
  }

  private <T> T orElse(Part<T> part, T otherwise) {
    try {
      return part.read();
    } catch (BrokenFileException e) {
      problems.add(e.getMessage() + "; the run is shown without it");
      return otherwise;
    }
  }

  /** A configuration in which seeds make no difference. */
  static String withoutSeeds(String config) {
    return SEEDS.matcher(config).replaceAll("seeds");
  }

  private String config() throws BrokenFileException {
    try {
      return Files.readString(folder.resolve("config.yaml"));
    } catch (IOException e) {
      throw new BrokenFileException("config.yaml is missing or unreadable");
    }
  }

  /** The epoch in which status.json says that it diverged, else 0. */
  private int divergedIn() throws BrokenFileException {
    return JsonFile.read(
        folder.resolve("status.json"),
        status -> {
          JsonElement diverged = status.get("diverged");
          return diverged == null ? 0 : diverged.getAsJsonObject().get("epoch").getAsInt();
        });
  }

  /** The rows of model.csv, the last of them the total. */
  private List<Layer> layers() throws BrokenFileException {
    CsvTable table =
        table("model.csv", "layer", "type", "output_shape", "parameters", "macs", "flops");
    int total = table.rows() - 1;
    if (total < 0 || !table.text(total, "layer").equals("total")) {
      throw new BrokenFileException("model.csv has no last row \"total\"");
    }
    List<Layer> layers = new ArrayList<>();
    for (int row = 0; row <= total; row++) {
      layers.add(
          new Layer(
              table.text(row, "layer"),
              table.text(row, "type"),
              table.text(row, "output_shape"),
              new Cost(
                  table.whole(row, "parameters"),
                  table.whole(row, "macs"),
                  table.whole(row, "flops"))));
    }
    return layers;
  }

  private Path metrics() {
    return folder.resolve("metrics.csv");
  }

  private static List<Epoch> epochs(CsvTable table) throws BrokenFileException {
    List<Epoch> epochs = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      epochs.add(
          new Epoch(
              (int) table.whole(row, "epoch"),
              table.number(row, "train_loss"),
              table.number(row, "train_accuracy"),
              table.number(row, "val_loss"),
              table.number(row, "val_accuracy"),
              table.number(row, "val_top5"),
              table.text(row, "weights_sha256")));
      if (epochs.get(row).number() != row + 1) {
        throw new BrokenFileException(
            "metrics.csv, row " + (row + 1) + ": epoch is " + epochs.get(row).number());
      }
    }
    return epochs;
  }

  private Loading loading() throws BrokenFileException {
    CsvTable table = table("loading.csv", "phase", "images", "seconds");
    if (table.rows() == 0) {
      throw new BrokenFileException("loading.csv has no rows");
    }
    double seconds = 0;
    long images = 0;
    boolean decoded = false;
    boolean cached = false;
    for (int row = 0; row < table.rows(); row++) {
      switch (table.text(row, "phase")) {
        case "cache_write" -> {
          continue;
        }
        case "cache_read" -> {
          cached = true;
          images += table.whole(row, "images");
        }
        case "decode", "generate" -> {
          decoded = true;
          images += table.whole(row, "images");
        }
        default -> {}
      }
      seconds += table.finite(row, "seconds");
    }
    if (!decoded && !cached) {
      throw new BrokenFileException("loading.csv does not say how the images were loaded");
    }
    return new Loading(
        decoded && !cached ? seconds : Double.NaN,
        cached && !decoded ? seconds : Double.NaN,
        images);
  }

  /** The means over the epochs, of which there must be so many. */
  private Timing timing(int wanted) throws BrokenFileException {
    CsvTable table =
        table(
            "timing.csv",
            "epoch",
            "train_seconds",
            "eval_seconds",
            "images_per_second",
            "peak_memory_bytes");
    if (wanted != ANY && table.rows() != wanted) {
      throw new BrokenFileException(
          "timing.csv has " + table.rows() + " epochs, metrics.csv has " + wanted);
    }
    double train = 0;
    double images = 0;
    double evaluation = 0;
    double peak = 0;
    for (int row = 0; row < table.rows(); row++) {
      train += table.finite(row, "train_seconds");
      evaluation += table.finite(row, "eval_seconds");
      images += table.finite(row, "images_per_second");
      peak = Math.max(peak, table.finite(row, "peak_memory_bytes"));
    }
    int epochs = table.rows();
    return epochs == 0
        ? Timing.UNKNOWN
        : new Timing(train / epochs, evaluation / epochs, images / epochs, peak);
  }

  private CsvTable table(String file, String... columns) throws BrokenFileException {
    return CsvTable.read(folder.resolve(file), List.of(columns));
  }
}
