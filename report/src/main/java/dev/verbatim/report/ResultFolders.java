package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The folders of runs: those made here, under {@code runs/}, and those that were committed, under
 * {@code reference/}. A run that is in both is taken from the former, which says how fast it was,
 * if it is finished. Whatever else lies among them is named.
 */
final class ResultFolders {
  private static final List<String> ROOTS = List.of("runs", "reference");

  /** What else there may be among results; sweeps keep there what they are to run. */
  private static final Set<String> OTHERS = Set.of("benchmarks", "report", "sweeps");

  /**
   * The folder of a run.
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

  /** Looks through the results. */
  static ResultFolders list(Path results) {
    var folders = new ResultFolders(results);
    for (String name : folders.children("", "")) {
      if (!ROOTS.contains(name) && !OTHERS.contains(name)) {
        folders.problem("", name + ": not a folder of results");
      }
    }
    for (String root : ROOTS) {
      for (String experiment : folders.children(root, "")) {
        folders.experiment(root + "/" + experiment, experiment);
      }
    }
    return folders;
  }

  private void experiment(String folder, String experiment) {
    List<String> variants = children(folder, experiment);
    if (variants.isEmpty()) {
      problem(experiment, folder + ": holds no runs");
    }
    for (String variant : variants) {
      List<String> names = children(folder + "/" + variant, experiment);
      if (names.isEmpty()) {
        problem(experiment, folder + "/" + variant + ": holds no runs");
      }
      for (String name : names) {
        add(folder, experiment, variant, name);
      }
    }
  }

  /** Names of the experiments that have a run, sorted. */
  List<String> experiments() {
    return List.copyOf(byExperiment.keySet());
  }

  List<Found> runsOf(String experiment) {
    return List.copyOf(byExperiment.getOrDefault(experiment, Map.of()).values());
  }

  Path path(Run run) {
    return results.resolve(run.folder());
  }

  /** What lies among the folders of an experiment and is none. */
  List<String> problemsOf(String experiment) {
    return problems.getOrDefault(experiment, List.of());
  }

  /** What lies outside of all these experiments. */
  List<String> problemsOutside(Set<String> experiments) {
    return problems.entrySet().stream()
        .filter(entry -> !experiments.contains(entry.getKey()))
        .flatMap(entry -> entry.getValue().stream())
        .toList();
  }

  private void add(String folder, String experiment, String variant, String name) {
    String path = folder + "/" + variant + "/" + name;
    if (!RunReader.NAME.matcher(name).matches()) {
      problem(experiment, path + ": not the name of a run");
      return;
    }
    var found = new Found(results.resolve(path), path, variant, name);
    Map<String, Found> all = byExperiment.computeIfAbsent(experiment, e -> new TreeMap<>());
    Found here = all.putIfAbsent(variant + "/" + name, found);
    if (here != null && !isWhole(here.path())) { // it is named, and hides no other
      all.put(variant + "/" + name + " committed", found);
    } else if (here != null && !sameResult(here.path(), found.path())) {
      problem(experiment, path + ": other results than " + here.folder() + ", which is shown");
    }
  }

  /** Whether a run is finished and as it was then. */
  private static boolean isWhole(Path run) {
    try {
      Done.check(run);
      return true;
    } catch (BrokenFileException e) {
      return false;
    }
  }

  /** DONE holds the SHA-256 of all that must come out the same; {@code here} is whole. */
  private static boolean sameResult(Path here, Path reference) {
    Path done = here.resolve(Done.FILE);
    Path expected = reference.resolve(Done.FILE);
    try {
      return !Files.exists(expected)
          || Arrays.equals(Files.readAllBytes(done), Files.readAllBytes(expected));
    } catch (IOException e) {
      return false;
    }
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
      problem(
          experiment, (folder.isEmpty() ? "the folder of results" : folder) + ": cannot be listed");
    }
    String before = folder.isEmpty() ? "" : folder + "/";
    others.forEach(name -> problem(experiment, before + name + ": not a folder"));
    return List.copyOf(names);
  }
}
