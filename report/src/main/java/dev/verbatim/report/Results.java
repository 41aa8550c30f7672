package dev.verbatim.report;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the results hold of one experiment.
 *
 * @param groups finished runs that may be averaged, those of a variant in order of preference: the
 *     settings that the experiment has now, then more epochs, then more seeds
 * @param running runs without DONE, with the epochs that they have so far
 * @param unfinished folders of all runs without DONE, with the reason where one cannot be shown
 * @param leftOut files and folders that could not be read, each with its reason
 */
record Results(
    List<Group> groups, List<Run> running, List<String> unfinished, List<String> leftOut) {
  private static final Comparator<Run> BY_SEED =
      Comparator.comparingLong(Run::seed).thenComparing(Run::id);

  static Results read(ResultFolders folders, ExperimentInfo info, int numerics) {
    List<Run> running = new ArrayList<>();
    List<String> unfinished = new ArrayList<>();
    List<String> leftOut = new ArrayList<>(folders.problemsOf(info.name()));
    Map<String, List<Run>> finished = new LinkedHashMap<>();
    for (ResultFolders.Found found : folders.runsOf(info.name())) {
      var reader = new RunReader(found.path(), found.folder(), numerics);
      boolean done = Files.exists(found.path().resolve(Done.FILE));
      try {
        Run run = reader.read(found.variant());
        requireItsOwn(run, info.name());
        if (done) {
          finished.computeIfAbsent(found.variant(), v -> new ArrayList<>()).add(run);
        } else {
          running.add(run);
          unfinished.add(found.folder());
        }
        reader.problems().forEach(problem -> leftOut.add(found.folder() + ": " + problem));
      } catch (BrokenFileException e) {
        // A run that has just begun lacks files, which is no fault.
        (done ? leftOut : unfinished).add(found.folder() + ": " + e.getMessage());
      }
    }
    List<Group> groups = new ArrayList<>();
    finished.forEach(
        (variant, runs) ->
            groups.addAll(
                grouped(
                    variant,
                    runs,
                    RunReader.withoutSeeds(info.settings().getOrDefault(variant, "")))));
    groups.sort(
        Comparator.comparing((Group group) -> !group.variant().equals(ExperimentInfo.BASELINE)));
    return new Results(
        List.copyOf(groups), List.copyOf(running), List.copyOf(unfinished), List.copyOf(leftOut));
  }

  /** A configuration says whose it is: a folder that was copied or renamed is no run of its own. */
  private static void requireItsOwn(Run run, String experiment) throws BrokenFileException {
    require(run, "name: ", experiment);
    require(run, "variant: ", run.variant());
    if (!run.config().contains("seeds: [" + run.seed() + "]")) {
      throw new BrokenFileException("config.yaml is not of the seed in the folder's name");
    }
  }

  private static void require(Run run, String key, String value) throws BrokenFileException {
    if (run.config()
        .lines()
        .filter(line -> line.startsWith(key))
        .anyMatch(line -> !line.replace("\"", "").equals(key + value))) {
      throw new BrokenFileException("config.yaml is not of the folder's " + key + value);
    }
  }

  /** The group that stands for a variant: the first one. Empty if it has no finished run. */
  List<Run> of(String variant) {
    return groups.stream()
        .filter(group -> group.variant().equals(variant))
        .findFirst()
        .map(Group::runs)
        .orElse(List.of());
  }

  /** All runs with the variant and the settings of a group, those that diverged among them. */
  List<Run> likeThoseOf(Group group) {
    String settings = group.runs().getFirst().settings();
    return groups.stream()
        .filter(other -> other.variant().equals(group.variant()))
        .flatMap(other -> other.runs().stream())
        .filter(run -> run.settings().equals(settings))
        .toList();
  }

  /** Whether there is a run that can be shown, finished or not. */
  boolean hasRuns() {
    return !groups.isEmpty() || !running.isEmpty();
  }

  List<Run> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  /** Seeds of one process share what was loaded once: that is one measurement. */
  private static List<Group> grouped(String variant, List<Run> runs, String present) {
    Map<String, List<Run>> bySettings = new LinkedHashMap<>();
    Set<Run.Loading> measured = new HashSet<>();
    runs.stream()
        .sorted(BY_SEED)
        .map(run -> measured.add(run.loading()) ? run : run.withoutLoading())
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
    int others = 0;
    for (List<Run> group : preferred) {
      Run run = group.getFirst();
      String label = variant;
      if (!groups.isEmpty()) {
        boolean same = run.settings().equals(preferred.getFirst().getFirst().settings());
        label +=
            same && run.divergedIn() > 0
                ? ", diverged in " + run.divergedIn()
                : ", other settings " + ++others;
      }
      groups.add(new Group(variant, label, List.copyOf(group)));
    }
    return groups;
  }
}
