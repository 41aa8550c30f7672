package dev.verbatim.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What results/runs holds of one experiment.
 *
 * @param groups finished runs that may be averaged, those of a variant in order of preference: the
 *     settings that the experiment has now, then more epochs, then more seeds
 * @param unfinished folders of runs without DONE
 * @param leftOut files and folders that could not be read, each with its reason
 */
record Results(List<Group> groups, List<String> unfinished, List<String> leftOut) {
  private static final Comparator<Run> BY_SEED =
      Comparator.comparingLong(Run::seed).thenComparing(Run::id);

  /** Names of the experiments that have a folder, sorted. */
  static List<String> experiments(Path resultsDir) throws IOException {
    return folders(resultsDir.resolve("runs"), new ArrayList<>());
  }

  static Results read(Path resultsDir, ExperimentInfo info) throws IOException {
    String experiment = info.name();
    Path runs = resultsDir.resolve("runs");
    List<String> unfinished = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    List<Group> groups = new ArrayList<>();
    for (String variant : folders(runs.resolve(experiment), leftOut)) {
      List<Run> finished = new ArrayList<>();
      for (String name : folders(runs.resolve(experiment).resolve(variant), leftOut)) {
        Path folder = runs.resolve(experiment).resolve(variant).resolve(name);
        String label = variant + "/" + name;
        if (RunReader.NAME.matcher(name).matches() && !Files.exists(folder.resolve("DONE"))) {
          unfinished.add(label);
          continue;
        }
        var reader = new RunReader(folder, label);
        try {
          finished.add(reader.read(variant));
        } catch (BrokenFileException e) {
          leftOut.add(label + ": " + e.getMessage());
        }
        reader.problems().forEach(problem -> leftOut.add(label + ": " + problem));
      }
      String present = RunReader.withoutSeeds(info.settings().getOrDefault(variant, ""));
      groups.addAll(grouped(variant, finished, present));
    }
    groups.sort(
        Comparator.comparing((Group group) -> !group.variant().equals(ExperimentInfo.BASELINE)));
    return new Results(List.copyOf(groups), List.copyOf(unfinished), List.copyOf(leftOut));
  }

  /** The group that stands for a variant: the first one. Empty if it has no finished run. */
  List<Run> of(String variant) {
    return groups.stream()
        .filter(group -> group.variant().equals(variant))
        .findFirst()
        .map(Group::runs)
        .orElse(List.of());
  }

  List<Run> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  private static List<Group> grouped(String variant, List<Run> runs, String present) {
    Map<String, List<Run>> bySettings = new LinkedHashMap<>();
    runs.stream()
        .sorted(BY_SEED)
        .forEach(
            run ->
                bySettings
                    .computeIfAbsent(run.epochsText() + run.settings(), key -> new ArrayList<>())
                    .add(run));
    List<List<Run>> preferred = new ArrayList<>(bySettings.values());
    preferred.sort(
        Comparator.comparing((List<Run> group) -> !group.getFirst().settings().equals(present))
            .thenComparingInt(group -> -group.getFirst().epochs().size())
            .thenComparingInt(group -> -group.size())
            .thenComparing(group -> group.getFirst().id()));
    List<Group> groups = new ArrayList<>();
    for (int i = 0; i < preferred.size(); i++) {
      String label = i == 0 ? variant : variant + ", other settings " + i;
      groups.add(new Group(variant, label, List.copyOf(preferred.get(i))));
    }
    return groups;
  }

  /**
   * Names of the folders in a folder, sorted; anything else but hidden files is left out by name.
   */
  private static List<String> folders(Path parent, List<String> leftOut) throws IOException {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    List<String> names = new ArrayList<>();
    try (Stream<Path> children = Files.list(parent)) {
      for (Path child : children.sorted().toList()) {
        String name = String.valueOf(child.getFileName());
        if (name.startsWith(".")) {
          continue;
        }
        if (Files.isDirectory(child)) {
          names.add(name);
        } else {
          leftOut.add(parent.getFileName() + "/" + name + ": not a folder");
        }
      }
    }
    names.sort(Comparator.naturalOrder());
    return names;
  }
}
