package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.spec.ResolvedConfig;
import java.nio.file.Path;

/** Hears how a run goes on. */
public interface RunListener {
  /** The dataset is open and training begins. */
  void begin(ResolvedConfig config, Network network, Dataset dataset, String device, Path folder);

  /** A training step has been done; steps and epochs count from 1. */
  void step(int epoch, int step, int steps, float loss, double imagesPerSecond);

  /** An epoch has been trained and evaluated. */
  void epoch(int epoch, String line);
}
