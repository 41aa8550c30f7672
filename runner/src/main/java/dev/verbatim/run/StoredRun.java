package dev.verbatim.run;

import com.google.gson.JsonObject;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.SpecException;
import dev.verbatim.store.Disk;
import dev.verbatim.store.Divergence;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A run that is in a folder, finished or not.
 *
 * @param config from its config.yaml
 */
public record StoredRun(RunFolder folder, ResolvedConfig config) {
  /**
   * Reads what a folder says of its run.
   *
   * @throws SpecException if it is not a run's folder
   */
  public static StoredRun load(Path path) {
    if (!Files.isRegularFile(path.resolve("config.yaml"))) {
      throw new SpecException(path + ": not the folder of a run; it needs a config.yaml");
    }
    Experiment experiment = Experiment.load(path.resolve("config.yaml"), List.of(), false);
    String variant = experiment.variants().getFirst();
    int seed = experiment.seeds(variant).getFirst();
    return new StoredRun(new RunFolder(path, new Disk()), experiment.resolve(variant, seed));
  }

  /** Folders of runs below {@code <root>/<experiment>/<variant>/}, sorted by name. */
  public static List<Path> folders(Path root, String experiment) throws IOException {
    List<Path> found = new ArrayList<>();
    Path top = root.resolve(experiment);
    if (Files.isDirectory(top)) {
      try (var paths = Files.walk(top, 2)) {
        paths
            .filter(p -> p.getNameCount() == top.getNameCount() + 2)
            .filter(p -> p.getFileName().toString().startsWith("seed-"))
            .filter(p -> Files.isRegularFile(p.resolve("config.yaml")))
            .sorted()
            .forEach(found::add);
      }
    }
    return found;
  }

  /** Whether it stopped where it diverged. */
  boolean endsDiverged() throws IOException {
    return folder.readText("status.json", "state").equals("diverged");
  }

  /** Where it diverged, if it did, from its status.json. */
  public Optional<Divergence> divergence() throws IOException {
    JsonObject status = folder.readJson("status.json");
    return Optional.ofNullable(status.getAsJsonObject("diverged"))
        .map(
            where ->
                new Divergence(
                    where.get("epoch").getAsInt(),
                    where.get("step").getAsInt(),
                    where.get("what").getAsString()));
  }

  /**
   * Whether this program gives it another id than the one that its folder's name carries; one line
   * for people, empty if it does not.
   *
   * @param fingerprint of the pixels
   * @param hardware as {@link RunIdentity#hardware}
   */
  Optional<String> otherId(String fingerprint, String hardware) {
    String name = folder.path().toAbsolutePath().normalize().getFileName().toString();
    String id = RunIdentity.id(config, fingerprint, hardware);
    return !name.replaceFirst("^\\.again-", "").startsWith("seed-") || name.endsWith("-" + id)
        ? Optional.empty()
        : Optional.of(
            name
                + ": this program, with numerics version "
                + RunIdentity.NUMERICS_VERSION
                + ", gives the id "
                + id
                + "; the run was made under another version, or its config.yaml was changed");
  }
}
