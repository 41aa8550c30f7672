package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.store.Divergence;
import dev.verbatim.store.Hashes;
import dev.verbatim.store.RunFolder;
import dev.verbatim.tensor.Backend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVRecord;

/**
 * Executes a stored run once more, from its config.yaml and in memory, and compares epoch by epoch.
 */
public final class Verification {
  /**
   * What came out.
   *
   * @param epochs that were compared and are the same
   * @param stored how many the run has
   * @param digest of the weights after the last of them
   * @param difference the first that was found
   * @param stopped whether it was asked to stop before its end
   * @param diverged whether it diverged where the stored run did
   */
  public record Result(
      int epochs,
      int stored,
      String digest,
      Optional<String> difference,
      boolean stopped,
      boolean diverged) {}

  private final Runs.Settings settings;
  private final RunListener listener;

  /** A verification that tells the listener how it goes on. */
  public Verification(Runs.Settings settings, RunListener listener) {
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * Verifies a run, finished or not.
   *
   * @param epochs how many at most, from the first
   * @throws dev.verbatim.data.DataException if its dataset is not here, or not the same
   * @throws IOException if its files cannot be read, or there is nothing to compare
   */
  public Result verify(StoredRun run, int epochs) throws IOException {
    Runs runs = new Runs(settings, listener);
    Dataset dataset = runs.openFor(run);
    runs.otherId(run, dataset).ifPresent(listener::warning);
    Optional<String> changed = run.folder().changed().values().stream().findFirst();
    changed.ifPresent(listener::warning);
    Network network = Runs.network(run.config(), dataset.classNames().size());
    settings.stop().listen(true);
    try (Backend backend = Runs.device(settings, listener);
        Trainer trainer = new Trainer(run.config(), dataset, network, backend, System::nanoTime)) {
      listener.begin(
          run.config(),
          network,
          dataset,
          Runs.description(run.config(), backend),
          run.folder().path(),
          1,
          0);
      Result result = compare(run, trainer, epochs);
      if (result.difference.isEmpty() && result.epochs == run.config().train().epochs()) {
        Optional<String> weights = weights(run.folder(), network, backend);
        return with(result, weights.or(() -> changed));
      }
      return result.difference.isPresent() ? result : with(result, changed);
    } finally {
      settings.stop().listen(false);
    }
  }

  private static Result with(Result r, Optional<String> difference) {
    return new Result(r.epochs, r.stored, r.digest, difference, r.stopped, r.diverged);
  }

  private Result compare(StoredRun run, Trainer trainer, int limit) throws IOException {
    List<CSVRecord> metrics = run.folder().readCsv("metrics.csv");
    Map<Integer, Map<String, String>> digests = digests(run.folder());
    Optional<Divergence> divergence = run.divergence();
    boolean endsDiverged = run.endsDiverged();
    if (metrics.isEmpty() && !endsDiverged) {
      throw new IOException(
          run.folder().path() + ": no epoch of it is finished, so there is nothing to verify");
    }
    int same = 0;
    String digest = "";
    while (same < Math.min(limit, metrics.size() + (endsDiverged ? 1 : 0))) {
      int epoch = same + 1;
      switch (trainer.epoch(settings.stop()::isRequested, listener::step)) {
        case Trainer.End.Stopped() -> {
          return new Result(same, metrics.size(), digest, Optional.empty(), true, false);
        }
        case Trainer.End.Diverged(Divergence here) -> {
          boolean asStored = endsDiverged && divergence.equals(Optional.of(here));
          String difference = "epoch " + epoch + ": here it " + here.summary();
          return new Result(
              same,
              metrics.size(),
              digest,
              asStored ? Optional.empty() : Optional.of(difference),
              false,
              asStored);
        }
        case Trainer.End.Finished(EpochResult here) -> {
          Optional<String> difference =
              same < metrics.size()
                  ? difference(here, metrics.get(same), digests.getOrDefault(epoch, Map.of()))
                  : Optional.of(
                      "epoch " + epoch + ": the stored run diverged in it, here it did not");
          if (difference.isPresent()) {
            return new Result(same, metrics.size(), digest, difference, false, false);
          }
          same++;
          digest = here.digests().all();
          listener.epoch(epoch, "epoch " + epoch + "/" + metrics.size() + "  same bits " + digest);
        }
      }
    }
    return new Result(same, metrics.size(), digest, Optional.empty(), false, false);
  }

  private static Optional<String> difference(
      EpochResult here, CSVRecord stored, Map<String, String> storedDigests) {
    List<String> row = here.metricsRow();
    if (row.equals(stored.toList()) && here.digests().parameters().equals(storedDigests)) {
      return Optional.empty();
    }
    String epoch = "epoch " + here.epoch() + ": ";
    for (var own : here.digests().parameters().entrySet()) {
      String other = storedDigests.getOrDefault(own.getKey(), "nothing");
      if (!own.getValue().equals(other)) {
        return Optional.of(
            epoch
                + "the first layer that differs is "
                + own.getKey()
                + ": digests.csv has "
                + other
                + ", here it is "
                + own.getValue());
      }
    }
    for (int c = 0; c < row.size(); c++) {
      String other = c < stored.size() ? stored.get(c) : "nothing";
      if (!row.get(c).equals(other)) {
        return Optional.of(
            epoch
                + EpochResult.METRICS.get(c)
                + " is "
                + other
                + " in metrics.csv and "
                + row.get(c)
                + " here, though every layer is the same");
      }
    }
    return Optional.of(epoch + "digests.csv names layers that this network does not have");
  }

  private static Optional<String> weights(RunFolder folder, Network network, Backend backend)
      throws IOException {
    String here = Hashes.ofBytes(Weights.file(network, backend));
    Path file = folder.file(RunFolder.WEIGHTS);
    String stored =
        Files.exists(file) ? Hashes.ofFile(file) : folder.readText("DONE", RunFolder.WEIGHTS);
    return here.equals(stored)
        ? Optional.empty()
        : Optional.of("weights.safetensors is not what the last epoch gives");
  }

  private static Map<Integer, Map<String, String>> digests(RunFolder folder) throws IOException {
    Map<Integer, Map<String, String>> byEpoch = new LinkedHashMap<>();
    for (CSVRecord row : folder.readCsv("digests.csv")) {
      var epoch =
          byEpoch.computeIfAbsent(number(folder, row), e -> new LinkedHashMap<String, String>());
      epoch.put(text(folder, row, "parameter"), text(folder, row, "sha256"));
    }
    return byEpoch;
  }

  private static String text(RunFolder folder, CSVRecord row, String column) throws IOException {
    if (!row.isSet(column)) {
      throw new IOException(
          folder.file("digests.csv") + ": row " + row.getRecordNumber() + " has no " + column);
    }
    return row.get(column);
  }

  private static int number(RunFolder folder, CSVRecord row) throws IOException {
    try {
      return Integer.parseInt(text(folder, row, "epoch"));
    } catch (NumberFormatException e) {
      throw new IOException(folder.file("digests.csv") + ": an epoch is no number", e);
    }
  }
}
