package dev.verbatim.run;

import dev.verbatim.nn.LayerCost;
import dev.verbatim.nn.Network;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the tables of one run: columns as the design names them. */
final class RunRecorder {
  static final List<String> METRICS =
      List.of(
          "epoch",
          "step",
          "learning_rate",
          "train_loss",
          "train_accuracy",
          "val_loss",
          "val_accuracy",
          "val_top5",
          "weights_sha256");
  private static final List<String> TIMING =
      List.of(
          "epoch",
          "train_seconds",
          "data_wait_seconds",
          "eval_seconds",
          "images_per_second",
          "peak_memory_bytes");
  private static final List<String> MODEL =
      List.of("layer", "type", "output_shape", "parameters", "macs", "flops");

  private final RunFolder folder;

  RunRecorder(RunFolder folder) {
    this.folder = folder;
  }

  void begin(String configYaml, Network network) throws IOException {
    folder.create();
    folder.write("config.yaml", configYaml);
    folder.writeCsv("model.csv", MODEL, modelRows(network));
    folder.writeCsv("metrics.csv", METRICS, List.of());
    folder.writeCsv("timing.csv", TIMING, List.of());
    folder.write("log.txt", "");
  }

  /** Rows of model.csv: one a layer, then their total. */
  static List<List<String>> modelRows(Network network) {
    List<List<String>> rows = new ArrayList<>();
    for (LayerCost cost : network.costs()) {
      rows.add(
          List.of(
              cost.layer(),
              cost.type(),
              shapeText(cost),
              String.valueOf(cost.parameters()),
              String.valueOf(cost.macs()),
              String.valueOf(cost.flops())));
    }
    long macs = network.macs();
    rows.add(
        List.of(
            "total",
            "",
            network.output().toString(),
            String.valueOf(network.parameterCount()),
            String.valueOf(macs),
            String.valueOf(2 * macs)));
    return rows;
  }

  private static String shapeText(LayerCost cost) {
    return cost.output().toString();
  }

  void epoch(
      int epoch,
      long step,
      float learningRate,
      Training.Epoch trained,
      Score validation,
      double evalSeconds,
      String digest)
      throws IOException {
    folder.appendCsv(
        "metrics.csv",
        List.of(
            String.valueOf(epoch),
            String.valueOf(step),
            Numbers.format(learningRate),
            Numbers.format(trained.score().loss()),
            Numbers.format(trained.score().accuracy()),
            Numbers.format(validation.loss()),
            Numbers.format(validation.accuracy()),
            Numbers.format(validation.top5()),
            digest));
    folder.appendCsv(
        "timing.csv",
        List.of(
            String.valueOf(epoch),
            Numbers.measured(trained.seconds()),
            Numbers.measured(trained.dataSeconds()),
            Numbers.measured(evalSeconds),
            Numbers.measured(trained.imagesPerSecond()),
            String.valueOf(ProcessMemory.peakBytes())));
  }

  void status(String state, int epoch, int epochs) throws IOException {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", state);
    status.put("epoch", epoch);
    status.put("epochs", epochs);
    folder.writeJson("status.json", status);
  }
}
