package dev.verbatim.report;

import static dev.verbatim.report.table.Column.measured;
import static dev.verbatim.report.table.Column.number;
import static dev.verbatim.report.table.Column.runs;
import static dev.verbatim.report.table.Column.text;

import dev.verbatim.report.Metric.Unit;
import dev.verbatim.report.table.Cell;
import dev.verbatim.report.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables of one experiment, each of which may be empty. */
final class ExperimentTables {
  private static final double MEBI = 1 << 20;

  private final Results results;
  private final List<Comparison> comparisons;

  ExperimentTables(Results results, List<Comparison> comparisons) {
    this.results = results;
    this.comparisons = comparisons;
  }

  /** Those with a row, in the order in which they are shown. */
  List<Table> all() {
    List<Table> tables = new ArrayList<>(List.of(published(), results(), ablations()));
    tables.addAll(List.of(efficiency(), loading(), times()));
    tables.addAll(byEpoch());
    tables.add(layers());
    tables.add(eachRun());
    return tables.stream().filter(table -> !table.isEmpty()).toList();
  }

  /** The figures that are not of one epoch. */
  private Table published() {
    var table =
        new Table(
            "published",
            "Ours beside published",
            text("metric"),
            text("variant"),
            number("published"),
            measured("ours"),
            runs("n"),
            number("difference"),
            text("verdict"),
            text("note"));
    for (Comparison comparison : comparisons) {
      Published figure = comparison.published();
      if (figure.epoch().isEmpty()) {
        Unit unit = figure.kind().unit();
        table.row(
            comparison.sources(),
            Cell.of(title(figure)),
            Cell.of(figure.variant()),
            Numbers.published(figure.value(), unit),
            Numbers.cell(comparison.ours(), unit),
            Cell.of(comparison.ours().count()),
            Numbers.difference(comparison.difference(), comparison.ours(), unit),
            Cell.of(comparison.verdict().label()),
            Cell.of(figure.note()));
      }
    }
    return table;
  }

  private static String title(Published figure) {
    String batch =
        figure.perBatchOf().isPresent() ? ", batch of " + figure.perBatchOf().getAsInt() : "";
    String best = figure.kind().isByEpoch() ? ", best" : "";
    return figure.metric() + best + unit(figure.kind()) + batch;
  }

  private static String unit(Metric metric) {
    return metric.unit() == Unit.PERCENT ? " (%)" : "";
  }

  /** Accuracies and losses by variant and by the images that they are of. */
  private Table results() {
    var table =
        new Table(
            "results",
            "Results",
            text("variant"),
            text("images"),
            runs("n"),
            number("epochs"),
            measured("accuracy, last (%)"),
            measured("accuracy, best (%)"),
            measured("top-5, last (%)"),
            measured("top-5, best (%)"),
            measured("loss, last"),
            measured("loss, best"));
    for (Group group : results.groups()) {
      byEpoch(table, group, "training", Metric.TRAIN_ACCURACY, Metric.TRAIN_LOSS);
      byEpoch(table, group, "validation", Metric.VAL_ACCURACY, Metric.VAL_LOSS);
      group.evaluatedOn().forEach(images -> evaluated(table, group, images));
    }
    return table;
  }

  /** Training figures are means while the weights change; there is no top-5 among them. */
  private static void byEpoch(
      Table table, Group group, String images, Metric accuracy, Metric loss) {
    boolean validation = accuracy == Metric.VAL_ACCURACY;
    table.row(
        group.folders(),
        Cell.of(group.label()),
        Cell.of(images),
        Cell.of(group.runs().size()),
        Cell.of(group.epochs()),
        last(group, accuracy),
        best(group, accuracy),
        validation ? last(group, Metric.VAL_TOP5) : Cell.EMPTY,
        validation ? best(group, Metric.VAL_TOP5) : Cell.EMPTY,
        last(group, loss),
        best(group, loss));
  }

  /** Of the last weights; evaluation has no epochs. */
  private static void evaluated(Table table, Group group, Evaluation images) {
    Group some = group.thoseThat(run -> run.on(images).isPresent());
    table.row(
        some.folders(),
        Cell.of(group.label()),
        Cell.of(images(group, images)),
        Cell.of(some.runs().size()),
        Cell.of(group.epochs()),
        Numbers.cell(some.on(images, Evaluation::accuracy), Unit.PERCENT),
        Cell.EMPTY,
        Numbers.cell(some.on(images, Evaluation::top5), Unit.PERCENT),
        Cell.EMPTY,
        Numbers.cell(some.on(images, Evaluation::loss), Unit.LOSS),
        Cell.EMPTY);
  }

  /** How many there are is said where others have the same name. */
  private static String images(Group group, Evaluation evaluation) {
    String name = evaluation.on().equals("train") ? "training, evaluated" : evaluation.on();
    boolean only =
        group.evaluatedOn().stream().filter(e -> e.on().equals(evaluation.on())).count() == 1;
    return only ? name : name + " (" + Numbers.count(evaluation.images()) + ")";
  }

  /** Variants less the baseline, seed by seed. */
  private Table ablations() {
    var table =
        new Table(
            "ablations",
            "Ablations: best validation accuracy less the baseline's, seed by seed",
            text("variant"),
            runs("pairs"),
            number("diverged"),
            number("difference (points)"),
            number("95 % interval (t), low"),
            number("95 % interval (t), high"),
            number("p"),
            number("smallest p of so many pairs"));
    for (Ablation ablation : Ablation.all(results)) {
      table.row(
          ablation.runs(),
          Cell.of(ablation.variant()),
          Cell.of(ablation.difference().pairs()),
          ablation.divergence(),
          ablation.mean(),
          ablation.end(ablation.difference().interval().low()),
          ablation.end(ablation.difference().interval().high()),
          Numbers.cell(ablation.difference().p(), Unit.LOSS),
          Numbers.cell(ablation.difference().smallestP(), Unit.LOSS));
    }
    return table;
  }

  private Table efficiency() {
    var table =
        new Table(
            "efficiency",
            "Efficiency",
            text("variant"),
            runs("n"),
            number("parameters"),
            number("MACs per image"),
            number("FLOPs per image"),
            number("FLOPs as published"));
    for (Group group : results.groups()) {
      table.row(
          group.folders(),
          Cell.of(group.label()),
          Cell.of(group.runs().size()),
          best(group, Metric.PARAMETERS),
          best(group, Metric.MACS),
          best(group, Metric.FLOPS),
          asPublished(group, Metric.FLOPS));
    }
    return table;
  }

  /** With and without a cache, each of the runs that loaded that way. */
  private Table loading() {
    var table =
        new Table(
            "loading",
            "Loading",
            text("variant"),
            text("dataset's files"),
            runs("n"),
            measured("loading (s)"),
            number("published (s)"));
    for (Group group : results.groups()) {
      loading(table, group, "cold", Metric.LOADING_SECONDS);
      loading(table, group, "cached", Metric.LOADING_CACHED_SECONDS);
    }
    return table;
  }

  private void loading(Table table, Group group, String how, Metric metric) {
    Group measured = group.thoseThat(run -> !Double.isNaN(run.best(metric)));
    if (!measured.runs().isEmpty()) {
      table.row(
          measured.folders(),
          Cell.of(group.label()),
          Cell.of(how),
          Cell.of(measured.runs().size()),
          best(measured, metric),
          asPublished(group, metric));
    }
  }

  /** Of the runs whose times are kept. */
  private Table times() {
    var table =
        new Table(
            "times",
            "Training and evaluation times",
            text("variant"),
            runs("n"),
            measured("training (s per epoch)"),
            measured("evaluation (s per epoch)"),
            measured("training (images/s)"),
            measured("peak memory (MiB)"));
    for (Group group : results.groups()) {
      Group timed = group.thoseThat(run -> !run.timing().equals(Run.Timing.UNKNOWN));
      if (!timed.runs().isEmpty()) {
        table.row(
            timed.folders(),
            Cell.of(group.label()),
            Cell.of(timed.runs().size()),
            best(timed, Metric.TRAIN_SECONDS),
            best(timed, Metric.EVAL_SECONDS),
            best(timed, Metric.IMAGES_PER_SECOND),
            Numbers.cell(
                timed.measured(run -> run.best(Metric.PEAK_MEMORY_BYTES) / MEBI), Unit.RATE));
      }
    }
    return table;
  }

  /** What was published of a variant, with the batch that it counts. */
  private Cell asPublished(Group group, Metric metric) {
    return comparisons.stream()
        .map(Comparison::published)
        .filter(figure -> figure.kind() == metric && figure.variant().equals(group.label()))
        .findFirst()
        .map(
            figure -> {
              Cell cell = Numbers.published(figure.value(), metric.unit());
              return figure.perBatchOf().isEmpty()
                  ? cell
                  : Cell.of(cell.text() + " per " + figure.perBatchOf().getAsInt(), cell.exact());
            })
        .orElse(Cell.EMPTY);
  }

  private static Cell last(Group group, Metric metric) {
    return Numbers.cell(group.last(metric), metric.unit());
  }

  private static Cell best(Group group, Metric metric) {
    return Numbers.cell(group.best(metric), metric.unit());
  }

  /** One table for each variant that has figures by epoch: an epoch a row, metrics as they come. */
  private List<Table> byEpoch() {
    Map<String, Table> tables = new TreeMap<>();
    for (Comparison comparison : comparisons) {
      Published figure = comparison.published();
      if (figure.epoch().isPresent()) {
        Unit unit = figure.kind().unit();
        tables
            .computeIfAbsent(figure.variant(), ExperimentTables::epochTable)
            .row(
                comparison.sources(),
                Cell.of(figure.epoch().getAsInt()),
                Cell.of(figure.metric() + unit(figure.kind())),
                Numbers.published(figure.value(), unit),
                Numbers.cell(comparison.ours(), unit),
                Cell.of(comparison.ours().count()),
                Numbers.difference(comparison.difference(), comparison.ours(), unit),
                Cell.of(comparison.verdict().label()),
                Cell.of(figure.note()));
      }
    }
    return List.copyOf(tables.values());
  }

  private static Table epochTable(String variant) {
    return new Table(
        "epochs-" + FileNames.of(variant),
        "Epoch by epoch, " + variant,
        number("epoch"),
        text("metric"),
        number("published"),
        measured("ours"),
        runs("n"),
        number("difference"),
        text("verdict"),
        text("note"));
  }

  /** What each layer of the baseline, or else of the first variant, costs for an image. */
  private Table layers() {
    var table =
        new Table(
            "layers",
            "Cost of each layer for one image",
            text("layer"),
            text("type"),
            text("output"),
            number("parameters"),
            number("MACs"),
            number("FLOPs"),
            number("share of MACs (%)"));
    if (results.groups().isEmpty()) {
      return table;
    }
    Run run = results.groups().getFirst().runs().getFirst();
    List<Run.Layer> rows = new ArrayList<>(run.layers());
    rows.add(new Run.Layer("total", "", "", run.cost()));
    for (Run.Layer layer : rows) {
      table.row(
          List.of(run.folder()),
          Cell.of(layer.name()),
          Cell.of(layer.type()),
          Cell.of(layer.outputShape()),
          count(layer.cost().parameters()),
          count(layer.cost().macs()),
          count(layer.cost().flops()),
          share(layer.cost().macs(), run.cost().macs()));
    }
    return table;
  }

  private static Cell count(long value) {
    return Cell.of(Numbers.count(value), String.valueOf(value));
  }

  private static Cell share(long part, long whole) {
    return whole == 0
        ? Cell.EMPTY
        : Cell.of(
            Numbers.show(100.0 * part / whole, Unit.PERCENT),
            Numbers.derived(100.0 * part / whole));
  }

  private Table eachRun() {
    var table =
        new Table(
            "runs",
            "Runs",
            text("variant"),
            number("seed"),
            runs("id"),
            number("epochs"),
            number("val accuracy, last (%)"),
            number("val accuracy, best (%)"),
            text("weights (SHA-256, first 12)"),
            text("device"));
    for (Group group : results.groups()) {
      for (Run run : group.runs()) {
        table.row(
            List.of(run.folder()),
            Cell.of(group.label()),
            Cell.of(run.seed()),
            Cell.of(run.id()),
            Cell.of(run.epochsText()),
            Numbers.cell(run.last().valAccuracy(), Unit.PERCENT),
            Numbers.cell(run.best(Metric.VAL_ACCURACY), Unit.PERCENT),
            Cell.of(run.shortWeights()),
            Cell.of(run.provenance().device()));
      }
    }
    return table;
  }
}
