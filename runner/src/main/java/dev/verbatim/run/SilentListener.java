package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.nn.Network;
import dev.verbatim.spec.ResolvedConfig;
import java.nio.file.Path;

/** Hears everything and says nothing. */
final class SilentListener implements RunListener {
  @Override
  public void begin(
      ResolvedConfig config, Network network, Dataset dataset, String device, Path folder) {}

  @Override
  public void step(int epoch, int step, int steps, float loss, double imagesPerSecond) {}

  @Override
  public void epoch(int epoch, String line) {}
}
