package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.spec.ResolvedConfig;
import java.nio.file.Path;

/** Hears how a run goes on. */
public interface RunListener {
  /**
   * The dataset is open and training begins, or goes on.
   *
   * @param epoch the first to be trained
   * @param step of it that are done already
   */
  default void begin(
      ResolvedConfig config,
      Network network,
      Dataset dataset,
      String device,
      Path folder,
      int epoch,
      int step) {}

  /** A training step has been done; steps and epochs count from 1. */
  default void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {}

  /** An epoch has been trained and evaluated. */
  default void epoch(int epoch, String line) {}

  /** Something that the user should know, though the run goes on. */
  default void warning(String line) {}
}
