package dev.verbatim.cli;

import dev.verbatim.report.SweepTable;
import dev.verbatim.sweep.Bundle;
import dev.verbatim.sweep.Point;
import dev.verbatim.sweep.PointState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The table of a sweep, from its runs' folders. */
final class SweepResults {
  private SweepResults() {}

  static SweepTable table(Bundle bundle, Path results) throws IOException {
    Map<String, List<Path>> finished = new LinkedHashMap<>();
    bundle.variants().forEach(variant -> finished.put(variant, new ArrayList<>()));
    for (Point point : bundle.points()) {
      Path run = bundle.run(point, results);
      if (run.resolve("DONE").toFile().isFile()) {
        finished.getOrDefault(point.variant(), new ArrayList<>()).add(run);
      }
    }
    List<SweepTable.Variant> variants = new ArrayList<>();
    finished.forEach(
        (variant, runs) ->
            variants.add(new SweepTable.Variant(variant, bundle.reference(variant), runs)));
    return SweepTable.of(variants, bundle.compare().metric());
  }

  static void print(Invocation call, Bundle bundle, Path results) throws IOException {
    SweepTable table = table(bundle, results);
    table.leftOut().forEach(problem -> call.err().println("verbatim: left out " + problem));
    Table.print(call.out(), table.header(), table.cells());
    if (!table.legend().isEmpty()) {
      call.out().println();
      call.out().println(table.legend());
    }
  }

  /** What is not finished, a line each, and the failures with their reasons. */
  static Map<PointState.Kind, Integer> states(Invocation call, Bundle bundle, Path results)
      throws IOException {
    Map<PointState.Kind, Integer> count = new LinkedHashMap<>();
    for (Point point : bundle.distinct()) {
      PointState state = PointState.of(bundle.run(point, results));
      count.merge(state.kind(), 1, Integer::sum);
      if (state.kind() == PointState.Kind.FAILED) {
        call.err().println("verbatim: " + point + ": " + state.detail());
      }
    }
    return count;
  }
}
