package dev.verbatim.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What the results say now, read once.
 *
 * @param experiments sorted by name
 */
record Report(
    ResultFolders folders,
    Commands commands,
    List<ExperimentReport> experiments,
    Benchmarks benchmarks) {
  static Report read(ReportWriter.Input input) throws IOException {
    ResultFolders folders = ResultFolders.list(input.results());
    Map<String, ExperimentInfo> byName = new TreeMap<>();
    folders.experiments().forEach(name -> byName.put(name, ExperimentInfo.unknown(name)));
    input.experiments().forEach(info -> byName.put(info.name(), info));
    List<ExperimentReport> experiments =
        byName.values().parallelStream()
            .map(
                info ->
                    ExperimentReport.of(
                        info, Results.read(folders, info, input.numerics()), folders))
            .toList();
    var commands = new Commands(input.results(), input.home());
    return new Report(folders, commands, experiments, Benchmarks.read(input.results()));
  }

  /**
   * The page.
   *
   * @param resultsLink from the page to the results
   */
  String page(String resultsLink) {
    Map<String, String> sections = new ConcurrentHashMap<>();
    experiments.parallelStream()
        .forEach(
            report ->
                sections.put(
                    report.info().name(),
                    PageData.of(
                        report,
                        new ExperimentSection(report, folders, commands, resultsLink).html())));
    List<String> told = new ArrayList<>(leftOut());
    unfinished().forEach(run -> told.add("not finished: " + run));
    return PageWriter.html(
        experiments,
        sections,
        benchmarks,
        source -> PageWriter.addressOf(source, resultsLink),
        told);
  }

  int finishedRuns() {
    return experiments.stream().mapToInt(report -> report.results().runs().size()).sum();
  }

  List<String> unfinished() {
    return experiments.stream().flatMap(e -> e.results().unfinished().stream()).toList();
  }

  private Set<String> names() {
    return experiments.stream().map(report -> report.info().name()).collect(Collectors.toSet());
  }

  /** What could not be read, each with its reason. */
  List<String> leftOut() {
    List<String> all = new ArrayList<>(folders.problemsOutside(names()));
    experiments.forEach(report -> all.addAll(report.leftOut()));
    all.addAll(benchmarks.leftOut());
    return all;
  }
}
