package dev.verbatim.run;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.autograd.Op;
import dev.verbatim.data.DatasetOptions;
import dev.verbatim.data.ImageSize;
import dev.verbatim.data.Source;
import dev.verbatim.models.C5l3;
import dev.verbatim.models.Mlp;
import dev.verbatim.models.ResNet;
import dev.verbatim.models.Vgg;
import dev.verbatim.nn.Apply;
import dev.verbatim.nn.BatchNorm2d;
import dev.verbatim.nn.Conv2d;
import dev.verbatim.nn.DropoutLayer;
import dev.verbatim.nn.Initializer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Parameter;
import dev.verbatim.nn.Residual;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.FocalLoss;
import dev.verbatim.ops.SoftmaxCrossEntropy;
import dev.verbatim.optim.Adam;
import dev.verbatim.optim.GradientRules;
import dev.verbatim.optim.Optimizer;
import dev.verbatim.optim.RmsProp;
import dev.verbatim.optim.Schedule;
import dev.verbatim.optim.Sgd;
import dev.verbatim.spec.ArchitectureSpec;
import dev.verbatim.spec.AugmentSpec;
import dev.verbatim.spec.DatasetSpec;
import dev.verbatim.spec.LayerSpec;
import dev.verbatim.spec.LossSpec;
import dev.verbatim.spec.OptimizerSpec;
import dev.verbatim.spec.ResolvedConfig;
import dev.verbatim.spec.ScheduleSpec;
import dev.verbatim.spec.TrainSpec;
import dev.verbatim.tensor.Activation;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** From the words of a configuration to objects of the framework. */
public final class Catalogue {
  private Catalogue() {}

  static Layer architecture(ArchitectureSpec spec) {
    return switch (spec) {
      case ArchitectureSpec.Sequential s -> chain(s.layers());
      case ArchitectureSpec.Mlp mlp -> Mlp.of(mlp.hidden(), mlp.classes());
      case ArchitectureSpec.ResNet r ->
          ResNet.of(
              depth(r.kind()),
              r.classes(),
              new ResNet.Options(
                  r.residual(),
                  isBatch(r.norm()),
                  ResNet.Shortcut.valueOf(r.shortcut().toUpperCase(Locale.ROOT)),
                  ResNet.Head.valueOf(r.head().toUpperCase(Locale.ROOT)),
                  ResNet.Stem.valueOf(r.stem().toUpperCase(Locale.ROOT)),
                  r.activation(),
                  r.dropout(),
                  r.width()));
      case ArchitectureSpec.Vgg v ->
          Vgg.of(
              depth(v.kind()),
              v.classes(),
              new Vgg.Options(
                  isBatch(v.norm()),
                  v.head().equals("dense"),
                  v.dropout(),
                  v.activation(),
                  v.width()));
      case ArchitectureSpec.C5l3 c ->
          C5l3.of(
              c.classes(),
              isBatch(c.norm()),
              C5l3.DropoutPlaces.valueOf(c.dropout().toUpperCase(Locale.ROOT)),
              c.activation(),
              c.width());
    };
  }

  private static boolean isBatch(String norm) {
    return norm.equals("batch");
  }

  /** The number at the end of {@code resnet20}. */
  private static int depth(String kind) {
    return Integer.parseInt(kind.replaceAll("\\D", ""));
  }

  private static Sequential chain(List<LayerSpec> layers) {
    return new Sequential(layers.stream().map(Catalogue::layer).toArray(Layer[]::new));
  }

  private static Layer layer(LayerSpec spec) {
    return switch (spec) {
      case LayerSpec.Conv2d c ->
          new Conv2d(c.out(), Window.square(c.kernel(), c.stride(), c.padding()), c.bias());
      case LayerSpec.Linear l -> new Linear(l.out(), l.bias());
      case LayerSpec.MaxPool p -> Apply.maxPool(p.kernel(), p.stride());
      case LayerSpec.AveragePool p -> Apply.averagePool(p.kernel(), p.stride());
      case LayerSpec.GlobalAveragePool _ -> Apply.globalAveragePool();
      case LayerSpec.BatchNorm _ -> new BatchNorm2d();
      case LayerSpec.Dropout d -> new DropoutLayer(d.rate());
      case LayerSpec.Relu _ -> Apply.relu();
      case LayerSpec.Sigmoid _ -> Apply.activation(Activation.SIGMOID);
      case LayerSpec.Tanh _ -> Apply.activation(Activation.TANH);
      case LayerSpec.LeakyRelu _ -> Apply.activation(Activation.LEAKY_RELU);
      case LayerSpec.Selu _ -> Apply.activation(Activation.SELU);
      case LayerSpec.Gelu _ -> Apply.activation(Activation.GELU);
      case LayerSpec.Flatten _ -> Apply.flatten();
      case LayerSpec.Reshape r -> Apply.reshape(r.sizes());
      case LayerSpec.Residual r -> new Residual(chain(r.layers()), chain(r.shortcut()), false);
    };
  }

  /** The type of activations and of their gradients. */
  static DType activations(TrainSpec spec) {
    return spec.precision().equals("bf16") ? DType.BFLOAT16 : DType.FLOAT32;
  }

  /** The loss of a configuration; cross-entropy where it names none. */
  static Op loss(TrainSpec spec) {
    return spec.loss()
        .<Op>map(
            loss ->
                switch (loss) {
                  case LossSpec.CrossEntropy c ->
                      new SoftmaxCrossEntropy((float) c.labelSmoothing());
                  case LossSpec.Focal f -> new FocalLoss((float) f.alpha(), (float) f.gamma());
                })
        .orElse(new SoftmaxCrossEntropy());
  }

  /** How weights begin. */
  public static Initializer initializer(ArchitectureSpec spec) {
    return Initializer.valueOf(spec.init().toUpperCase(Locale.ROOT));
  }

  /** The optimizer of these parameters, by their path in the network. */
  public static Optimizer optimizer(
      OptimizerSpec spec, Backend backend, Map<String, Parameter> parameters) {
    float rate = (float) spec.learningRate();
    return switch (spec) {
      case OptimizerSpec.Sgd s ->
          new Sgd(
              backend,
              parameters,
              rate,
              new Sgd.Options((float) s.momentum(), s.nesterov(), rules(spec)));
      case OptimizerSpec.Adam a ->
          new Adam(
              backend,
              parameters,
              rate,
              new Adam.Options(
                  a.beta1(), a.beta2(), a.epsilon(), a.kind().equals("adamw"), rules(spec)));
      case OptimizerSpec.RmsProp r ->
          new RmsProp(
              backend,
              parameters,
              rate,
              new RmsProp.Options(r.alpha(), r.epsilon(), (float) r.momentum(), rules(spec)));
    };
  }

  private static GradientRules rules(OptimizerSpec spec) {
    var gradients = spec.gradients();
    return new GradientRules(
        (float) spec.weightDecay(),
        gradients.decayBiasAndNorm().orElse(true),
        gradients.clipNorm().orElse(0.0).floatValue(),
        gradients.clipValue().orElse(0.0).floatValue());
  }

  static Schedule schedule(ScheduleSpec spec) {
    Schedule schedule =
        switch (spec) {
          case ScheduleSpec.Constant _ -> new Schedule.Constant();
          case ScheduleSpec.Step s -> new Schedule.Step(s.every(), s.factor());
          case ScheduleSpec.MultiStep m -> new Schedule.MultiStep(m.epochs(), m.factor());
          case ScheduleSpec.Cosine c -> new Schedule.Cosine(c.minimum());
          case ScheduleSpec.OneCycle o ->
              new Schedule.OneCycle(o.rising(), o.initialDivisor(), o.finalDivisor());
        };
    return spec.warmup()
        .<Schedule>map(
            w ->
                new Schedule.Warmup(w.epochs().orElse(0), w.steps().orElse(0), w.start(), schedule))
        .orElse(schedule);
  }

  /**
   * What is done to training images: the list, and at its end the dataset's normalization unless
   * the list has its own. Empty where nothing is random.
   */
  public static List<Augmentation> augmentations(ResolvedConfig config) {
    if (config.augment().isEmpty()) {
      return List.of();
    }
    List<Augmentation> list = new ArrayList<>();
    config.augment().forEach(item -> list.add(augmentation(item)));
    if (list.stream().noneMatch(a -> a instanceof Augmentation.Normalize)) {
      config
          .dataset()
          .normalize()
          .ifPresent(n -> list.add(new Augmentation.Normalize(n.mean(), n.std())));
    }
    return List.copyOf(list);
  }

  private static Augmentation augmentation(AugmentSpec spec) {
    return switch (spec) {
      case AugmentSpec.RandomCrop c -> new Augmentation.RandomCrop(c.padding());
      case AugmentSpec.HorizontalFlip f -> new Augmentation.HorizontalFlip(f.probability());
      case AugmentSpec.Rotation r -> new Augmentation.Rotation(r.degrees());
      case AugmentSpec.Translation t -> new Augmentation.Translation(t.fraction());
      case AugmentSpec.Affine a ->
          new Augmentation.Affine(
              a.degrees(), a.translate(), a.scale().get(0), a.scale().get(1), a.shear());
      case AugmentSpec.ColorJitter j ->
          new Augmentation.ColorJitter(j.brightness(), j.contrast(), j.saturation(), j.hue());
      case AugmentSpec.Cutout c -> new Augmentation.Cutout(c.size());
      case AugmentSpec.Normalize n -> new Augmentation.Normalize(n.mean(), n.std());
    };
  }

  static Shape image(DatasetSpec spec) {
    return Shape.of(spec.image().get(0), spec.image().get(1), spec.image().get(2));
  }

  /** Where the images come from. */
  public static Source source(DatasetSpec spec, Path dataRoot, boolean training) {
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

  /** How a dataset is opened, with a cache or without. */
  public static DatasetOptions options(
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
