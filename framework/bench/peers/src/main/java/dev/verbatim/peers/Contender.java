package dev.verbatim.peers;

import dev.verbatim.nn.Network;
import dev.verbatim.run.Catalogue;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Backends;
import java.util.Locale;
import java.util.Map;

/** A library with a network and an optimizer in it. */
interface Contender extends AutoCloseable {
  /** Who there is. */
  enum Kind {
    VERBATIM,
    PYTORCH,
    /**
     * PyTorch with a glibc that keeps freed memory instead of giving it back to the system, which
     * would clear it anew in every step: its fastest setting without another allocator.
     */
    PYTORCH_MALLOC,
    DEEPLEARNING4J;

    /** What its process has in its environment. */
    Map<String, String> environment() {
      return this == PYTORCH_MALLOC
          ? Map.of(
              "MALLOC_MMAP_THRESHOLD_", "4000000000",
              "MALLOC_TRIM_THRESHOLD_", "8000000000",
              "MALLOC_TOP_PAD_", "268435456")
          : Map.of();
    }

    /** The name in tables and flags. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The contender of a label. */
    static Kind of(String label) {
      return valueOf(label.toUpperCase(Locale.ROOT));
    }
  }

  /**
   * A contender with the network of a configuration.
   *
   * @param ulps seed of the change of each weight by one unit in its last place, up or down; 0 for
   *     none
   */
  static Contender open(Kind kind, ResolvedConfig config, Network network, int threads, int ulps) {
    if (kind == Kind.VERBATIM) {
      return new Verbatim(config, network, threads, ulps);
    }
    Graph graph;
    try (Backend cpu = Backends.open("cpu", 1)) {
      network.place(cpu, Catalogue.initializer(config.architecture()), config.seed());
      graph = Graph.of(network, cpu);
    }
    return switch (kind) {
      case VERBATIM -> throw new IllegalArgumentException("verbatim");
      case PYTORCH, PYTORCH_MALLOC -> new Pytorch(graph, config.optimizer(), threads);
      case DEEPLEARNING4J -> new Deeplearning4j(graph, config.optimizer(), threads);
    };
  }

  /** The version of the library. */
  String version();

  /** Takes a batch {@code [n,h,w,c]} and its classes. */
  void load(float[] images, int[] labels);

  /** The loss of the batch, before one step of training on it. */
  float step(float learningRate);

  /**
   * Logits {@code [n,classes]} of the batch as outside of training, or other numbers with the same
   * softmax.
   */
  float[] logits();

  @Override
  void close();
}
