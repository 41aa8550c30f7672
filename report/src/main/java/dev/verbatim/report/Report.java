package dev.verbatim.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the results say now, read once.
 *
 * @param experiments sorted by name
 */
record Report(ResultFolders folders, List<ExperimentReport> experiments, Benchmarks benchmarks) {
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
    return new Report(folders, experiments, Benchmarks.read(input.results()));
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
                        report, new ExperimentSection(report, folders, resultsLink).html())));
    List<String> told = new ArrayList<>(leftOut());
    unfinished().forEach(run -> told.add(run + ": not finished"));
    return PageWriter.html(experiments, sections, benchmarks, told);
  }

  int finishedRuns() {
    return experiments.stream().mapToInt(report -> report.results().runs().size()).sum();
  }

  List<String> unfinished() {
    return experiments.stream().flatMap(e -> e.results().unfinished().stream()).toList();
  }

  /** What could not be read, each with its reason. */
  List<String> leftOut() {
    List<String> all = new ArrayList<>(folders.problemsOf(""));
    experiments.forEach(report -> all.addAll(report.leftOut()));
    all.addAll(benchmarks.leftOut());
    return all;
  }
}
