package dev.verbatim.run;

import dev.verbatim.data.DatasetOptions;
import dev.verbatim.data.ImageSize;
import dev.verbatim.data.Source;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Parameter;
import dev.verbatim.nn.Sequential;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.optim.Sgd;
import dev.verbatim.spec.ArchitectureSpec;
import dev.verbatim.spec.DatasetSpec;
import dev.verbatim.spec.LayerSpec;
import dev.verbatim.spec.OptimizerSpec;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** From the words of a configuration to objects of the framework. */
final class Catalogue {
  private Catalogue() {}

  static Layer architecture(ArchitectureSpec spec) {
    return switch (spec) {
      case ArchitectureSpec.Sequential s ->
          new Sequential(s.layers().stream().map(Catalogue::layer).toArray(Layer[]::new));
      case ArchitectureSpec.Mlp mlp -> {
        List<Layer> layers = new ArrayList<>(List.of(Apply.flatten()));
        for (int width : mlp.hidden()) {
          layers.add(new Linear(width));
          layers.add(Apply.relu());
        }
        layers.add(new Linear(mlp.classes()));
        yield new Sequential(layers.toArray(Layer[]::new));
      }
    };
  }

  private static Layer layer(LayerSpec spec) {
    return switch (spec) {
      case LayerSpec.Conv2d c ->
          new Conv2d(c.out(), Window.square(c.kernel(), c.stride(), c.padding()), c.bias());
      case LayerSpec.Linear l -> new Linear(l.out(), l.bias());
      case LayerSpec.MaxPool p -> Apply.maxPool(p.kernel(), p.stride());
      case LayerSpec.Relu r -> Apply.relu();
      case LayerSpec.Flatten f -> Apply.flatten();
      case LayerSpec.Reshape r -> Apply.reshape(r.sizes());
    };
  }

  static Initializer initializer(ArchitectureSpec spec) {
    return Initializer.valueOf(spec.init().toUpperCase(Locale.ROOT));
  }

  static Optimizer optimizer(
      OptimizerSpec spec, Backend backend, Map<String, Parameter> parameters) {
    var options =
        new Sgd.Options((float) spec.momentum(), (float) spec.weightDecay(), spec.nesterov());
    return new Sgd(backend, parameters, (float) spec.learningRate(), options);
  }

  static Shape image(DatasetSpec spec) {
    return Shape.of(spec.image().get(0), spec.image().get(1), spec.image().get(2));
  }

  static Source source(DatasetSpec spec, Path dataRoot, boolean training) {
    Path path = dataRoot.resolve(spec.path().orElse(""));
    return switch (spec.kind()) {
      case "glyphs" -> new Source.Glyphs(spec.images().orElseThrow(), spec.seed().orElseThrow());
      case "idx" -> idx(path, training);
      case "cifar_binary" -> new Source.CifarBinary(path, spec.classes().orElseThrow(), training);
      default -> new Source.ImageFolder(path);
    };
  }

  /** The files of an idx folder by the names under which MNIST is published. */
  static Source.Idx idx(Path folder, boolean training) {
    String prefix = training ? "train" : "t10k";
    return new Source.Idx(
        folder.resolve(prefix + "-images-idx3-ubyte"),
        folder.resolve(prefix + "-labels-idx1-ubyte"));
  }

  static DatasetOptions options(
      DatasetSpec spec, Path dataRoot, Optional<Path> cache, int threads) {
    var size = new ImageSize(spec.image().get(0), spec.image().get(1), spec.image().get(2));
    DatasetOptions.SplitRule rule =
        spec.validation().path().isPresent()
            ? new DatasetOptions.Separate(validationSource(spec, dataRoot))
            : new DatasetOptions.Fraction(
                spec.validation().fraction().orElseThrow(), spec.validation().seed().orElseThrow());
    return new DatasetOptions(
        size,
        rule,
        spec.limit(),
        spec.onBadImage().equals("skip"),
        spec.fingerprint(),
        cache,
        threads);
  }

  private static Source validationSource(DatasetSpec spec, Path dataRoot) {
    Path path = dataRoot.resolve(spec.validation().path().orElseThrow());
    return switch (spec.kind()) {
      case "idx" -> idx(path, false);
      case "cifar_binary" -> new Source.CifarBinary(path, spec.classes().orElseThrow(), false);
      default -> new Source.ImageFolder(path);
    };
  }
}
