package dev.verbatim.cli;

import dev.verbatim.nn.LayerCost;
import dev.verbatim.nn.Network;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** The layers of an experiment's network and what they cost; needs no data. */
final class DescribeVerb implements Verb {
  @Override
  public String name() {
    return "describe";
  }

  @Override
  public String arguments() {
    return "EXPERIMENT";
  }

  @Override
  public String summary() {
    return "layers with output shape, parameters, MACs and FLOPs for one image, and for a batch";
  }

  @Override
  public Options options() {
    return Flags.of("set", "variant", "smoke");
  }

  @Override
  public ExitCode run(Invocation call) {
    Experiment experiment = call.experiment();
    String variant = call.value("variant", experiment.variants().getFirst());
    ResolvedConfig config = experiment.resolve(variant, experiment.seeds(variant).getFirst());
    Network network = Runs.describe(config);
    List<List<String>> rows = new ArrayList<>();
    for (LayerCost cost : network.costs()) {
      rows.add(row(cost.layer(), cost.output().toString(), cost.parameters(), cost.macs()));
    }
    rows.add(row("total", network.output().toString(), network.parameterCount(), network.macs()));
    int batch = config.train().batchSize();
    rows.add(
        row(
            "batch of " + batch,
            "",
            network.parameterCount(),
            Math.multiplyExact(network.macs(), batch)));
    Table.print(call.out(), List.of("layer", "output", "parameters", "MACs", "FLOPs"), rows);
    return ExitCode.OK;
  }

  private static List<String> row(String layer, String output, long parameters, long macs) {
    return List.of(
        layer, output, Table.grouped(parameters), Table.grouped(macs), Table.grouped(2 * macs));
  }
}
