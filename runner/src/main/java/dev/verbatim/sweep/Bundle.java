package dev.verbatim.sweep;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import dev.verbatim.run.Code;
import dev.verbatim.spec.CompareSpec;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.Hashes;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;

/**
 * A sweep on disk, under {@code <results>/sweeps/<experiment>/<id>/}: points.csv, the resolved
 * configuration of each variant, and which jars execute them, of which copies are kept. Nothing in
 * it is changed once it is there: its name is a hash of all that.
 */
public final class Bundle {
  /**
   * sweep.json.
   *
   * @param classPath jars, relative to the folder of all sweeps; folders of classes as they are
   */
  record Manifest(
      String experiment,
      CompareSpec compare,
      List<Row> variants,
      Code code,
      List<String> classPath) {
    /** A variant, its reference empty where it has none. */
    record Row(String name, String reference, String config) {}
  }

  private static final Gson JSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
  private static final List<String> HEADER = List.of("point", "variant", "seed", "id", "same_as");
  private static final CSVFormat CSV =
      CSVFormat.DEFAULT.builder().setHeader().setSkipHeaderRecord(true).get();

  private final Path path;
  private final Manifest manifest;
  private final List<Point> points;

  private Bundle(Path path, Manifest manifest, List<Point> points) {
    this.path = path;
    this.manifest = manifest;
    this.points = points;
  }

  /**
   * Writes a plan with the code that runs now, or finds it there.
   *
   * @throws IOException if it cannot be written
   */
  public static Bundle write(Plan plan, Code code, Path results) throws IOException {
    Path sweeps = results.resolve("sweeps").toAbsolutePath().normalize();
    List<Manifest.Row> rows = new ArrayList<>();
    for (Plan.Variant variant : plan.variants()) {
      rows.add(
          new Manifest.Row(
              variant.name(), variant.reference().orElse(""), (rows.size() + 1) + ".yaml"));
    }
    var manifest =
        new Manifest(plan.experiment(), plan.compare(), rows, code, CodeStore.keep(sweeps));
    String json = JSON.toJson(manifest) + "\n";
    String table = table(plan.points());
    StringBuilder all = new StringBuilder(json).append(table);
    plan.variants().forEach(variant -> all.append(variant.config().canonicalYaml()));
    Path path =
        sweeps.resolve(plan.experiment()).resolve(Hashes.ofText(all.toString()).substring(0, 12));
    if (!Files.isDirectory(path)) {
      Path part =
          path.resolveSibling("." + path.getFileName() + "." + ProcessHandle.current().pid());
      Files.createDirectories(part.resolve("configs"));
      for (int i = 0; i < rows.size(); i++) {
        Files.writeString(
            part.resolve("configs").resolve(rows.get(i).config()),
            plan.variants().get(i).config().canonicalYaml());
      }
      Files.writeString(part.resolve("points.csv"), table);
      Files.writeString(part.resolve("sweep.json"), json);
      moveUnlessThere(part, path);
    }
    Files.setLastModifiedTime(path.resolve("sweep.json"), FileTime.from(Instant.now()));
    return new Bundle(path, manifest, plan.points());
  }

  /** Another process that launches the same sweep may have been faster, with the same files. */
  static void moveUnlessThere(Path part, Path path) throws IOException {
    try {
      Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
      try (var files = Files.walk(part)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String table(List<Point> points) throws IOException {
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (Point p : points) {
      rows.add(
          List.of(
              String.valueOf(p.number()),
              p.variant(),
              String.valueOf(p.seed()),
              p.id(),
              p.sameAs().map(String::valueOf).orElse("")));
    }
    return RunFolder.csv(rows);
  }

  /**
   * Reads a bundle.
   *
   * @throws SpecException if there is none in this folder
   * @throws IOException if it is damaged
   */
  public static Bundle read(Path path) throws IOException {
    if (!Files.isRegularFile(path.resolve("sweep.json"))) {
      throw new SpecException(path + ": not the folder of a sweep; it needs a sweep.json");
    }
    try (Reader in = Files.newBufferedReader(path.resolve("points.csv"))) {
      Manifest manifest =
          JSON.fromJson(Files.readString(path.resolve("sweep.json")), Manifest.class);
      List<Point> points = new ArrayList<>();
      for (CSVRecord row : CSV.parse(in)) {
        points.add(
            new Point(
                Integer.parseInt(row.get("point")),
                row.get("variant"),
                Integer.parseInt(row.get("seed")),
                row.get("id"),
                Optional.of(row.get("same_as")).filter(s -> !s.isEmpty()).map(Integer::valueOf)));
      }
      return new Bundle(path.toAbsolutePath().normalize(), manifest, List.copyOf(points));
    } catch (JsonParseException | IllegalArgumentException | UncheckedIOException e) {
      throw new IOException(path + ": a damaged sweep: " + e.getMessage(), e);
    }
  }

  /** The bundles of an experiment, the one that was launched last first. */
  public static List<Path> of(Path results, String experiment) throws IOException {
    Path folder = results.resolve("sweeps").resolve(experiment);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var paths = Files.list(folder)) {
      return paths
          .filter(p -> Files.isRegularFile(p.resolve("sweep.json")))
          .sorted(
              Comparator.comparingLong((Path p) -> p.resolve("sweep.json").toFile().lastModified())
                  .reversed())
          .toList();
    }
  }

  /** Its folder. */
  public Path path() {
    return path;
  }

  /** The experiment's name. */
  public String experiment() {
    return manifest.experiment();
  }

  /** What its table compares. */
  public CompareSpec compare() {
    return manifest.compare();
  }

  /** Names of the variants, in order. */
  public List<String> variants() {
    return manifest.variants().stream().map(Manifest.Row::name).toList();
  }

  /** The variant that another is compared with. */
  public Optional<String> reference(String variant) {
    return manifest.variants().stream()
        .filter(row -> row.name().equals(variant))
        .findFirst()
        .map(Manifest.Row::reference)
        .filter(reference -> !reference.isEmpty());
  }

  /** The code that executes it. */
  public Code code() {
    return manifest.code();
  }

  /** The class path of that code. */
  List<Path> classPath() {
    Path sweeps = path.resolve("../..").normalize();
    return manifest.classPath().stream().map(sweeps::resolve).toList();
  }

  /** All points, those that share a run with another too. */
  public List<Point> points() {
    return points;
  }

  /** The points that have a run of their own. */
  public List<Point> distinct() {
    return points.stream().filter(point -> point.sameAs().isEmpty()).toList();
  }

  /**
   * A point by its number.
   *
   * @throws SpecException if there is none
   */
  public Point point(int number) {
    if (number < 1 || number > points.size()) {
      throw new SpecException(path + " has points 1 to " + points.size() + ", got " + number);
    }
    return points.get(number - 1);
  }

  /** The run of a point, under its own name or that of the point that it is the same as. */
  public Path run(Point point, Path results) {
    return point
        .sameAs()
        .map(earlier -> run(point(earlier), results))
        .orElseGet(
            () ->
                RunFolder.of(
                    results, manifest.experiment(), point.variant(), point.seed(), point.id()));
  }

  /** The configuration of a point. */
  public ResolvedConfig config(Point point) {
    String file =
        manifest.variants().stream()
            .filter(row -> row.name().equals(point.variant()))
            .findFirst()
            .orElseThrow()
            .config();
    return Experiment.load(path.resolve("configs").resolve(file), List.of(), false)
        .resolve(point.variant(), point.seed());
  }
}
