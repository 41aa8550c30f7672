package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.autograd.Call;
import dev.verbatim.autograd.Tape;
import dev.verbatim.autograd.Variable;
import dev.verbatim.nn.LayerCost;
import dev.verbatim.nn.Network;
import dev.verbatim.ops.Affine;
import dev.verbatim.ops.Convolve;
import dev.verbatim.ops.MatMul;
import dev.verbatim.spec.Experiment;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import dev.verbatim.tensor.Window;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts of parameters and multiply-accumulates, from three sides. */
class CostsTest {
  @TempDir Path folder;

  private Network network(String architecture, int height, int width, int channels)
      throws IOException {
    return Runs.describe(config(architecture, height, width, channels));
  }

  private ResolvedConfig config(String architecture, int height, int width, int channels)
      throws IOException {
    String yaml =
        """
        name: x
        dataset: {kind: image_folder, path: p, image: [%d, %d, %d], validation: {fraction: 0.1}}
        architecture: {%s}
        optimizer: {kind: sgd, learning_rate: 0.1}
        train: {epochs: 1, batch_size: 4}
        """
            .formatted(height, width, channels, architecture);
    Path file = Files.writeString(folder.resolve("x.yaml"), yaml);
    return Experiment.load(file, List.of(), false).resolve("baseline", 1);
  }

  /** Figures of the reports and of the literature. */
  @ParameterizedTest(name = "{0}, {1}x{1}x{2}: {3} parameters")
  @CsvSource(
      delimiter = ';',
      value = {
        "kind: resnet20, classes: 10;32;1;272186;40518272",
        "kind: resnet20, classes: 100;32;3;278324;40818944",
        "kind: resnet20, classes: 10;32;3;272474;40813184",
        "kind: c5l3, classes: 10;32;3;7281802;383288576",
        "kind: vgg16, classes: 10;224;1;134308810;15408406528",
        "kind: vgg16, norm: none, classes: 1000;224;3;138357544;15470264320",
        "kind: resnet18, stem: imagenet, classes: 1000;224;3;11689512;1814073344",
        "kind: resnet50, stem: imagenet, classes: 1000;224;3;25557032;4089184256"
      })
  void countsOfTheLiterature(
      String architecture, int size, int channels, long parameters, long macs) throws IOException {
    Network network = network(architecture, size, size, channels);
    assertEquals(parameters, network.parameterCount());
    assertEquals(macs, network.macs());
  }

  /**
   * What the record of an executed forward pass holds: each convolution and product counted from
   * the shapes of the tensors that its kernel was given, over the whole batch, padding included.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ';',
      value = {
        "kind: resnet20, classes: 10, width: 0.25",
        "kind: resnet50, classes: 10, width: 0.0625",
        "kind: resnet18, classes: 10, width: 0.0625, stem: imagenet, residual: false, norm: none",
        "kind: resnet20, classes: 10, width: 0.25, shortcut: identity_pad, head: dense",
        "kind: vgg11, classes: 10, width: 0.01",
        "kind: c5l3, classes: 10, width: 0.02, norm: batch"
      })
  void theModelCountsWhatTheKernelsOfAStepAreGiven(String architecture) throws IOException {
    int batch = 3;
    ResolvedConfig config = config(architecture, 32, 32, 3);
    try (Backend cpu = Backends.cpu();
        Tape tape = new Tape(cpu)) {
      Network network =
          Runs.describe(config).place(cpu, Catalogue.initializer(config.architecture()), 1);
      Variable x = new Variable(cpu.allocate(DType.FLOAT32, Shape.of(batch, 32, 32, 3)), false);
      tape.train(true);
      tape.randomness(1, 1, 0);
      var _ = network.apply(tape, x);
      long counted = 0;
      for (Call call : tape.calls()) {
        counted +=
            switch (call.op()) {
              case Convolve c -> convolution(c.window(), call);
              case Affine _ -> (long) call.in(0).size() * call.in(1).shape().dim(1);
              case MatMul _ -> (long) call.in(0).size() * call.in(1).shape().dim(1);
              default -> 0;
            };
      }
      assertEquals(batch * network.macs(), counted);
      long parameters =
          network.parameters().values().stream().mapToLong(p -> p.tensor().size()).sum();
      assertEquals(network.parameterCount(), parameters);
      assertEquals(network.macs(), network.costs().stream().mapToLong(LayerCost::macs).sum());
    }
  }

  /** One for each output, tap and input channel. */
  private static long convolution(Window window, Call call) {
    long count = 0;
    for (int output = 0; output < call.out().size(); output++) {
      count += (long) window.kernelHeight() * window.kernelWidth() * call.in(0).shape().dim(3);
    }
    return count;
  }

  @Test
  void anInputTooSmallForTheNetworkIsAnErrorThatNamesTheLayer() throws IOException {
    var e =
        assertThrows(ShapeException.class, () -> network("kind: vgg16, classes: 10", 28, 28, 1));
    assertEquals(
        "layer 44 (max_pool_5): max_pool needs images of at least its window 2 x 2, got x[1,1,1,512]",
        e.getMessage());
  }
}
