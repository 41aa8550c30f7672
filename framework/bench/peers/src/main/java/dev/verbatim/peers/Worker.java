package dev.verbatim.peers;

import dev.verbatim.augment.Augmentation;
import dev.verbatim.augment.BatchesAhead;
import dev.verbatim.data.CacheFolder;
import dev.verbatim.data.Dataset;
import dev.verbatim.data.DatasetOptions;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.ImageSize;
import dev.verbatim.data.Source;
import dev.verbatim.run.Catalogue;
import dev.verbatim.run.Passes;
import dev.verbatim.run.ProcessMemory;
import dev.verbatim.run.Runs;
import dev.verbatim.spec.ResolvedConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The process of one contender: does what its standard input says, a line at a time, and answers
 * each with a line of numbers.
 */
final class Worker {
  /** Begins a line that is an answer; natives write lines of their own. */
  static final String ANSWER = "peers: ";

  /** Begins a line that says what is not there. */
  static final String FAILURE = "peers! ";

  private static final int DIGITS = 2560;

  private final ResolvedConfig config;
  private final Contender contender;
  private final Dataset dataset;
  private final float rate;
  private int next;

  private Worker(ResolvedConfig config, Contender contender, Dataset dataset) {
    this.config = config;
    this.contender = contender;
    this.dataset = dataset;
    this.rate = (float) config.optimizer().learningRate();
  }

  /**
   * Runs until the input ends.
   *
   * @param args kind, workload, threads, seed of {@link Contender#open}'s ulps, images of an epoch
   *     (-1 for generated ones), folder of datasets
   */
  static void main(Path home, List<String> args) throws IOException {
    Contender.Kind kind = Contender.Kind.of(args.get(0));
    Workload workload = Workload.of(args.get(1));
    int threads = Integer.parseInt(args.get(2));
    int ulps = Integer.parseInt(args.get(3));
    int limit = Integer.parseInt(args.get(4));
    try {
      ResolvedConfig config = limit < 0 ? workload.plain(home) : workload.experiment(home, limit);
      Dataset dataset = limit < 0 ? digits(config) : real(config, Path.of(args.get(5)));
      try (Contender contender =
          Contender.open(kind, config, Runs.describe(config), threads, ulps)) {
        new Worker(config, contender, dataset).serve();
      }
    } catch (RuntimeException | LinkageError e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      IO.println(FAILURE + reason.lines().findFirst().orElse(""));
      e.printStackTrace();
    }
  }

  /** Generated digits in the experiment's size. */
  private static Dataset digits(ResolvedConfig config) {
    return Dataset.open(
        new Source.Glyphs(DIGITS, 1),
        new DatasetOptions(
            size(config),
            new DatasetOptions.Fraction(0.1, 0),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            1));
  }

  private static Dataset real(ResolvedConfig config, Path data) {
    return Dataset.open(
        Catalogue.source(config.dataset(), data, true),
        Catalogue.options(
            config.dataset(),
            data,
            Optional.of(CacheFolder.path().resolve("datasets")),
            Runtime.getRuntime().availableProcessors()));
  }

  private static ImageSize size(ResolvedConfig config) {
    List<Integer> image = config.dataset().image();
    return new ImageSize(image.get(0), image.get(1), image.get(2));
  }

  private void serve() throws IOException {
    System.gc(); // what setting up took is not the peak of training
    forgetPeak();
    answer(contender.version());
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "losses" -> answer(losses(Integer.parseInt(words[1])));
        case "train" -> answer(repeat(Double.parseDouble(words[1]), () -> contender.step(rate)));
        case "infer" -> answer(repeat(Double.parseDouble(words[1]), contender::logits));
        case "memory" -> answer(String.valueOf(ProcessMemory.peakBytes()));
        case "epoch" -> answer(epoch());
        default -> throw new IllegalArgumentException(line);
      }
    }
  }

  private static void answer(String text) {
    IO.println(ANSWER + text);
    System.out.flush();
  }

  private static void answer(double[] numbers) {
    answer(String.join(" ", Arrays.stream(numbers).mapToObj(String::valueOf).toList()));
  }

  /** Linux forgets the peak when told so (proc(5), clear_refs); others keep it. */
  private static void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // then the peak is that of the process from its start
    }
  }

  private void loadDigits() {
    int batch = config.train().batchSize();
    float[] images = new float[batch * size(config).bytes()];
    int[] labels = new int[batch];
    dataset.train().copyTo(batch * next++, images, labels);
    contender.load(images, labels);
  }

  /** The loss of each step, and that of one batch more as outside of training. */
  private double[] losses(int steps) {
    double[] losses = new double[steps + 1];
    for (int step = 0; step < steps; step++) {
      loadDigits();
      losses[step] = contender.step(rate);
    }
    int batch = config.train().batchSize();
    float[] images = new float[batch * size(config).bytes()];
    int[] labels = new int[batch];
    dataset.validation().copyTo(0, images, labels);
    contender.load(images, labels);
    losses[steps] = Score.of(contender.logits(), labels).loss();
    return losses;
  }

  /** Images a second of each repetition, for so many seconds. */
  private double[] repeat(double seconds, Runnable step) {
    if (next == 0) {
      loadDigits();
    }
    List<Double> rates = new ArrayList<>();
    long begin = System.nanoTime();
    long end = begin;
    while (rates.isEmpty() || end - begin < seconds * 1e9) {
      long last = end;
      step.run();
      end = System.nanoTime();
      rates.add(config.train().batchSize() * 1e9 / (end - last));
    }
    return rates.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * Trains for the first epoch of the experiment and evaluates: images, seconds, mean loss of
   * training, validation images, seconds, loss, accuracy in per cent.
   */
  private double[] epoch() {
    ImageSet train = dataset.train();
    int batch = config.train().batchSize();
    int steps =
        config.train().dropLast() ? train.images() / batch : Math.ceilDiv(train.images(), batch);
    int[] order = Passes.shuffled(train.images(), config.seed(), 1);
    double sum = 0;
    long images = 0;
    long begin = System.nanoTime();
    try (var ahead = new BatchesAhead(train, Catalogue.augmentations(config), batch)) {
      ahead.begin(order, 0, steps, config.seed(), 1);
      for (int step = 0; step < steps; step++) {
        int[] labels = labels(train, order, step * batch, batch);
        contender.load(taken(ahead, labels.length), labels);
        sum += (double) contender.step(rate) * labels.length;
        images += labels.length;
      }
    }
    double trainSeconds = (System.nanoTime() - begin) / 1e9;
    begin = System.nanoTime();
    Score score = evaluate(dataset.validation(), batch);
    double evaluationSeconds = (System.nanoTime() - begin) / 1e9;
    return new double[] {
      images,
      trainSeconds,
      sum / images,
      score.images(),
      evaluationSeconds,
      score.loss(),
      score.accuracy()
    };
  }

  private Score evaluate(ImageSet set, int batch) {
    int[] order = IntStream.range(0, set.images()).toArray();
    List<Augmentation> normalize =
        config
            .dataset()
            .normalize()
            .<List<Augmentation>>map(n -> List.of(new Augmentation.Normalize(n.mean(), n.std())))
            .orElse(List.of());
    Score total = Score.NONE;
    int steps = Math.ceilDiv(order.length, batch);
    try (var ahead = new BatchesAhead(set, normalize, batch)) {
      ahead.begin(order, 0, steps, 0, 0);
      for (int step = 0; step < steps; step++) {
        int[] labels = labels(set, order, step * batch, batch);
        contender.load(taken(ahead, labels.length), labels);
        total = total.with(Score.of(contender.logits(), labels));
      }
    }
    return total;
  }

  private static int[] labels(ImageSet set, int[] order, int from, int batch) {
    int to = Math.min(from + batch, order.length);
    return Arrays.stream(order, from, to).map(position -> set.labels()[position]).toArray();
  }

  private float[] taken(BatchesAhead ahead, int images) {
    return Arrays.copyOf(ahead.take(), images * size(config).bytes());
  }
}
