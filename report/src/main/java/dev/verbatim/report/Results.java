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
  /** Lines that can be told apart. */
  private static final int DRAWN = 12;

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
                    once(runs, leftOut),
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

  /** The group that stands for a variant. Empty if none of its settings of now is finished. */
  List<Run> of(String variant) {
    return groups.stream()
        .filter(group -> group.label().equals(variant))
        .findFirst()
        .map(Group::runs)
        .orElse(List.of());
  }

  /** All runs with the variant and the settings of a group, those that diverged among them. */
  List<Run> likeThoseOf(Group group) {
    Run first = group.runs().getFirst();
    return groups.stream()
        .filter(other -> other.variant().equals(group.variant()))
        .flatMap(other -> other.runs().stream())
        .filter(run -> alike(run).equals(alike(first)))
        .toList();
  }

  /** Whether there is a run that can be shown, finished or not. */
  boolean hasRuns() {
    return !groups.isEmpty() || !running.isEmpty();
  }

  List<Run> runs() {
    return groups.stream().flatMap(group -> group.runs().stream()).toList();
  }

  /**
   * The groups that a figure can show at once: all, or else the first and those of the best
   * accuracy.
   */
  List<Group> drawn() {
    if (groups.size() <= DRAWN) {
      return groups;
    }
    List<Group> best =
        groups.stream()
            .skip(1)
            .sorted(
                Comparator.comparingDouble(
                    (Group group) -> {
                      Measured accuracy = group.best(Metric.VAL_ACCURACY);
                      return accuracy.exists() ? -accuracy.mean() : 0;
                    }))
            .limit(DRAWN - 1)
            .toList();
    return groups.stream()
        .filter(group -> group.equals(groups.getFirst()) || best.contains(group))
        .toList();
  }

  /** What {@link #drawn} leaves out, for people; empty where that is nothing. */
  String drawnOf() {
    return groups.size() <= DRAWN
        ? ""
        : ", "
            + groups.getFirst().label()
            + " and the best "
            + (DRAWN - 1)
            + " of "
            + groups.size();
  }

  /** Runs that differ in nothing but their seeds have the same. */
  private static String alike(Run run) {
    boolean bf16 = run.settings().contains("bf16"); // another numerics on each type of GPU
    return run.settings()
        + run.images().pixels()
        + " "
        + run.provenance().numerics()
        + (bf16 ? run.provenance().device() : "");
  }

  /** A second run of one seed is a copy: it is named and left out. */
  private static List<Run> once(List<Run> runs, List<String> leftOut) {
    Map<String, Run> bySeed = new LinkedHashMap<>();
    for (Run run : runs.stream().sorted(BY_SEED).toList()) {
      Run first = bySeed.putIfAbsent(run.seed() + alike(run), run);
      if (first != null) {
        leftOut.add(
            run.folder() + ": the same seed, settings and images as " + first.folder() + " has");
      }
    }
    return List.copyOf(bySeed.values());
  }

  /** Seeds of one process share what was loaded once: that is one measurement. */
  private static List<Group> grouped(String variant, List<Run> runs, String present) {
    Map<String, List<Run>> byKind = new LinkedHashMap<>();
    Set<Run.Loading> measured = new HashSet<>();
    runs.stream()
        .map(run -> measured.add(run.loading()) ? run : run.withoutLoading())
        .forEach(
            run ->
                byKind
                    .computeIfAbsent(run.epochsText() + alike(run), key -> new ArrayList<>())
                    .add(run));
    List<List<Run>> preferred = new ArrayList<>(byKind.values());
    preferred.sort(
        Comparator.comparing((List<Run> group) -> !group.getFirst().settings().equals(present))
            .thenComparingInt(group -> -group.getFirst().provenance().numerics())
            .thenComparingInt(group -> -group.getFirst().epochs().size())
            .thenComparingInt(group -> -group.size())
            .thenComparing(group -> group.getFirst().id()));
    List<Group> groups = new ArrayList<>();
    int others = 0;
    for (List<Run> group : preferred) {
      Run run = group.getFirst();
      Run first = preferred.getFirst().getFirst();
      String label = variant;
      boolean known = present.isEmpty() || first.settings().equals(present);
      if (!known || !run.settings().equals(first.settings())) {
        label += ", other settings " + ++others;
      } else if (run.provenance().numerics() != first.provenance().numerics()) {
        label += ", numerics " + run.provenance().numerics();
      } else if (!run.images().pixels().equals(first.images().pixels())) {
        label += ", other images " + ++others;
      } else if (!groups.isEmpty() && run.divergedIn() > 0) {
        label += ", diverged in " + run.divergedIn();
      } else if (!groups.isEmpty()) {
        label += ", other " + ++others;
      }
      groups.add(new Group(variant, label, List.copyOf(group)));
    }
    return groups;
  }
}
