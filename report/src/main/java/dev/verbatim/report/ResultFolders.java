package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The folders of runs: those made here, under {@code runs/}, and those that were committed, under
 * {@code reference/}. A run that is in both is taken from the former, which says how fast it was.
 */
final class ResultFolders {
  private static final List<String> ROOTS = List.of("runs", "reference");

  /**
   * The folder of a run, or of what is not one.
   *
   * @param folder relative to the results, with '/'
   */
  record Found(Path path, String folder, String variant, String name) {}

  private final Path results;
  private final Map<String, Map<String, Found>> byExperiment = new TreeMap<>();
  private final Map<String, List<String>> problems = new TreeMap<>();

  private ResultFolders(Path results) {
    this.results = results;
  }

  /**
   * Looks through the results.
   *
   * @throws IOException if a folder cannot be listed
   */
  static ResultFolders list(Path results) throws IOException {
    var folders = new ResultFolders(results);
    for (String root : ROOTS) {
      for (String experiment : folders.children(root, "")) {
        String folder = root + "/" + experiment;
        for (String variant : folders.children(folder, experiment)) {
          for (String name : folders.children(folder + "/" + variant, experiment)) {
            folders.add(folder, experiment, variant, name);
          }
        }
      }
    }
    return folders;
  }

  /** Names of the experiments that have a folder, sorted. */
  List<String> experiments() {
    var names = new TreeSet<>(byExperiment.keySet());
    names.addAll(problems.keySet());
    names.remove("");
    return List.copyOf(names);
  }

  List<Found> runsOf(String experiment) {
    return List.copyOf(byExperiment.getOrDefault(experiment, Map.of()).values());
  }

  Path path(Run run) {
    return results.resolve(run.folder());
  }

  /**
   * What lies among the folders of an experiment and is none; {@code ""} for those outside of all.
   */
  List<String> problemsOf(String experiment) {
    return problems.getOrDefault(experiment, List.of());
  }

  private void add(String folder, String experiment, String variant, String name)
      throws IOException {
    String path = folder + "/" + variant + "/" + name;
    var found = new Found(results.resolve(path), path, variant, name);
    Map<String, Found> all = byExperiment.computeIfAbsent(experiment, e -> new TreeMap<>());
    Found here = all.putIfAbsent(variant + "/" + name, found);
    if (here != null && !sameResult(here.path(), found.path())) {
      problem(experiment, path + ": other results than " + here.folder() + ", which is shown");
    }
  }

  /** DONE holds the SHA-256 of all that must come out the same; a run that goes on has none yet. */
  private static boolean sameResult(Path here, Path reference) throws IOException {
    Path done = here.resolve("DONE");
    Path expected = reference.resolve("DONE");
    return !Files.exists(done)
        || !Files.exists(expected)
        || Arrays.equals(Files.readAllBytes(done), Files.readAllBytes(expected));
  }

  private void problem(String experiment, String text) {
    problems.computeIfAbsent(experiment, e -> new ArrayList<>()).add(text);
  }

  /** Names of the folders in a folder, sorted; anything else but hidden files is told. */
  private List<String> children(String folder, String experiment) {
    Path parent = results.resolve(folder);
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    var names = new TreeSet<String>();
    var others = new TreeSet<String>();
    try (Stream<Path> children = Files.list(parent)) {
      for (Path child : children.toList()) {
        String name = String.valueOf(child.getFileName());
        if (!name.startsWith(".")) {
          (Files.isDirectory(child) ? names : others).add(name);
        }
      }
    } catch (IOException e) {
      problem(experiment, folder + ": cannot be listed");
    }
    others.forEach(name -> problem(experiment, folder + "/" + name + ": not a folder"));
    return List.copyOf(names);
  }
}
