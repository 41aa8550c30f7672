package dev.verbatim.run;

import dev.verbatim.nn.LayerCost;
import dev.verbatim.nn.Network;
import dev.verbatim.store.Divergence;
import dev.verbatim.store.Numbers;
import dev.verbatim.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes the tables of one run: columns as the design names them. */
final class RunRecorder {
  private static final List<String> DIGESTS = List.of("epoch", "parameter", "sha256");
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
  private final int epochs;

  RunRecorder(RunFolder folder, int epochs) {
    this.folder = folder;
    this.epochs = epochs;
  }

  /** The tables that grow with every epoch, without rows. */
  void emptyTables() throws IOException {
    folder.writeCsv("metrics.csv", EpochResult.METRICS, List.of());
    folder.writeCsv("digests.csv", DIGESTS, List.of());
    folder.writeCsv("timing.csv", TIMING, List.of());
  }

  /** Times that were lost are not worth a training. */
  void timingWhereMissing() throws IOException {
    if (!Files.exists(folder.file("timing.csv"))) {
      folder.writeCsv("timing.csv", TIMING, List.of());
    }
  }

  void model(Network network) throws IOException {
    folder.writeCsv("model.csv", MODEL, modelRows(network));
  }

  /** Rows of model.csv: one a layer, then their total. */
  private static List<List<String>> modelRows(Network network) {
    List<List<String>> rows = new ArrayList<>();
    for (LayerCost cost : network.costs()) {
      rows.add(
          List.of(
              cost.layer(),
              cost.type(),
              cost.output().toString(),
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

  void epoch(EpochResult result) throws IOException {
    EpochResult.Times times = result.times();
    folder.appendCsv("digests.csv", result.digestRows());
    folder.appendCsv(
        "timing.csv",
        List.of(
            List.of(
                String.valueOf(result.epoch()),
                Numbers.measured(times.trainSeconds()),
                Numbers.measured(times.dataSeconds()),
                Numbers.measured(times.evalSeconds()),
                Numbers.measured(times.imagesPerSecond()),
                String.valueOf(ProcessMemory.peakBytes()))));
    folder.appendCsv("metrics.csv", List.of(result.metricsRow()));
  }

  /**
   * Writes status.json.
   *
   * @param epoch the last that is complete
   */
  void status(String state, int epoch, Optional<Divergence> divergence) throws IOException {
    Map<String, Object> status = new LinkedHashMap<>();
    status.put("state", state);
    status.put("epoch", epoch);
    status.put("epochs", epochs);
    divergence.ifPresent(
        d -> {
          Map<String, Object> where = new LinkedHashMap<>();
          where.put("epoch", d.epoch());
          where.put("step", d.step());
          where.put("what", d.what());
          status.put("diverged", where);
        });
    folder.writeJson("status.json", status);
  }
}
