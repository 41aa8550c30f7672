package dev.verbatim.report;

import dev.verbatim.report.draw.BarChart;
import dev.verbatim.report.draw.Drawing;
import dev.verbatim.report.draw.Heatmap;
import dev.verbatim.report.draw.Series;
import dev.verbatim.report.draw.Series.Point;
import dev.verbatim.report.draw.XyChart;
import dev.verbatim.report.draw.XyChart.Kind;
import dev.verbatim.report.draw.XyChart.Values;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** The figures of one experiment, by the name that is part of their files'. */
final class ExperimentFigures {
  private static final String EPOCH = "epoch";
  private static final String LOSS = "loss per image";
  private static final String ACCURACY = "accuracy (%)";

  private final ExperimentInfo info;
  private final Results results;
  private final ResultFolders folders;
  private final List<String> problems = new ArrayList<>();

  ExperimentFigures(ExperimentInfo info, Results results, ResultFolders folders) {
    this.info = info;
    this.results = results;
    this.folders = folders;
  }

  /** What could not be drawn, each with its reason. */
  List<String> problems() {
    return problems;
  }

  Map<String, Drawing> all() {
    Map<String, Drawing> figures = new LinkedHashMap<>();
    if (!results.groups().isEmpty()
        && !results.groups().getFirst().runs().getFirst().epochs().isEmpty()) {
      figures.put("loss", curves("loss", LOSS, Metric.TRAIN_LOSS, Metric.VAL_LOSS));
      figures.put(
          "accuracy", curves("accuracy", ACCURACY, Metric.TRAIN_ACCURACY, Metric.VAL_ACCURACY));
    }
    if (results.groups().size() > 1) {
      figures.put("variants", variants());
    }
    List<Ablation> ablations = Ablation.all(results);
    if (!ablations.isEmpty()) {
      figures.put("ablations", bars(ablations));
    }
    evaluations(figures);
    augmented(figures);
    return figures;
  }

  /** Training and validation of the baseline, and what was published of them. */
  private Drawing curves(String what, String yTitle, Metric train, Metric validation) {
    Group group = results.groups().getFirst();
    int n = group.runs().size();
    List<Series> series = new ArrayList<>();
    series.add(curve(group, train, "training" + seeds(n), series.size()));
    series.add(curve(group, validation, "validation" + seeds(n), series.size()));
    for (PublishedCurve curve : PublishedCurve.all(info, group.variant(), train, validation)) {
      series.add(
          new Series(
              curve.name(),
              series.size(),
              false,
              true,
              curve.points().entrySet().stream()
                  .map(e -> Point.of(e.getKey(), e.getValue()))
                  .toList()));
    }
    return new XyChart(
            info.name() + ": " + what + (isBaseline(group) ? "" : ", " + group.label()),
            EPOCH,
            yTitle,
            Kind.COUNTING,
            validation == Metric.VAL_ACCURACY ? Values.PERCENT : Values.POSITIVE,
            series)
        .draw()
        .from(group.folders());
  }

  private static boolean isBaseline(Group group) {
    return group.label().equals(ExperimentInfo.BASELINE);
  }

  private static String seeds(int n) {
    return n == 1 ? "" : ", mean ± std of " + n + " seeds";
  }

  private static Series curve(Group group, Metric metric, String name, int style) {
    int epochs = group.runs().getFirst().epochs().size();
    return new Series(
        name,
        style,
        true,
        epochs <= 10,
        IntStream.rangeClosed(1, epochs)
            .mapToObj(
                epoch -> {
                  Measured m = group.after(epoch, metric);
                  return new Point(
                      epoch, m.mean(), m.mean() - m.deviation(), m.mean() + m.deviation(), "");
                })
            .toList());
  }

  /** Validation accuracy by epoch of all variants. */
  private Drawing variants() {
    List<Series> series = new ArrayList<>();
    for (Group group : results.drawn()) {
      series.add(curve(group, Metric.VAL_ACCURACY, group.label(), series.size()));
    }
    return new XyChart(
            info.name() + ": validation accuracy by variant" + results.drawnOf(),
            EPOCH,
            ACCURACY,
            Kind.COUNTING,
            Values.PERCENT,
            series)
        .draw()
        .from(results.drawn().stream().flatMap(g -> g.folders().stream()).toList());
  }

  private Drawing bars(List<Ablation> ablations) {
    return new BarChart(
            info.name() + ": ablations",
            "best validation accuracy less the baseline's (points, 95 % interval by Student's t)",
            ablations.stream()
                .map(
                    ablation -> {
                      var difference = ablation.difference();
                      boolean known = !Double.isNaN(difference.interval().low());
                      return new BarChart.Bar(
                          ablation.variant(),
                          difference.mean(),
                          known ? difference.interval().low() : difference.mean(),
                          known ? difference.interval().high() : difference.mean(),
                          ablation.text());
                    })
                .toList())
        .draw()
        .from(ablations.stream().flatMap(a -> a.runs().stream()).distinct().toList());
  }

  /** Of the first run that was evaluated, one of each for each kind of images. */
  private void evaluations(Map<String, Drawing> figures) {
    Set<String> drawn = new HashSet<>();
    for (Run run : results.runs()) {
      for (Evaluation evaluation : run.evaluations()) {
        if (drawn.add(evaluation.on())) {
          Path files = evaluation.folder(folders.path(run));
          String images = evaluation.shownImages() + " images, " + named(run);
          String what = "-" + FileNames.of(evaluation.on());
          put(
              figures,
              "confusion" + what,
              run,
              "/" + files.getFileName(),
              () -> {
                var confusion = Evaluation.confusion(files);
                String title = info.name() + ": confusions on " + images;
                return Optional.of(
                    new Heatmap(title, confusion.classes(), confusion.counts()).draw());
              });
          put(
              figures,
              "misclassified" + what,
              run,
              "/" + files.getFileName(),
              () ->
                  ExamplePictures.misclassified(
                      files, run.images(), info.name() + ": surest mistakes on " + images));
        }
      }
    }
  }

  /** Of the first run that has such pictures. */
  private void augmented(Map<String, Drawing> figures) {
    for (Run run : results.runs()) {
      if (!figures.containsKey("augmented")) {
        String title = info.name() + ": augmented training images, " + named(run);
        Path path = folders.path(run);
        put(
            figures,
            "augmented",
            run,
            "",
            () -> ExamplePictures.augmented(path, run.images(), run.epochs().size(), title));
      }
    }
  }

  private static String named(Run run) {
    boolean baseline = run.variant().equals(ExperimentInfo.BASELINE);
    return (baseline ? "" : run.variant() + ", ") + "seed " + run.seed();
  }

  private interface Figure {
    Optional<Drawing> draw() throws BrokenFileException;
  }

  /** Adds a figure of one run, made from what lies in a folder of it. */
  private void put(Map<String, Drawing> figures, String id, Run run, String inRun, Figure figure) {
    try {
      figure.draw().ifPresent(drawing -> figures.put(id, drawing.from(List.of(run.folder()))));
    } catch (BrokenFileException e) {
      problems.add(run.folder() + inRun + ": " + e.getMessage());
    }
  }
}
