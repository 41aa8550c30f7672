package dev.verbatim.data;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The binary version of CIFAR (Krizhevsky, 2009): for each image its label (CIFAR-100: coarse, then
 * fine), then 1,024 bytes of red, green and blue each.
 */
final class CifarReader implements Reader {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  private final Path root;
  private final int classes;
  private final List<Path> files;
  private final DatasetOptions options;
  private final MessageDigest digest = Hash.sha256();
  private byte[] records = {};

  CifarReader(Source.CifarBinary source, DatasetOptions options) {
    this.root = source.path();
    this.classes = source.classes();
    this.options = options;
    List<String> names =
        classes == 100
            ? List.of(source.training() ? "train.bin" : "test.bin")
            : source.training()
                ? IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList()
                : List.of("test_batch.bin");
    this.files = names.stream().map(root::resolve).map(ByteFiles::find).toList();
  }

  private int labelBytes() {
    return classes == 100 ? 2 : 1;
  }

  @Override
  public Scan scan() {
    StringBuilder state = new StringBuilder("cifar_binary " + classes + "\n");
    var all = new ByteArrayOutputStream();
    int record = labelBytes() + 3 * PLANE;
    for (Path file : files) {
      state.append(ByteFiles.state(file));
      byte[] bytes = ByteFiles.read(file, digest);
      if (bytes.length == 0 || bytes.length % record != 0) {
        throw new DataException(
            file
                + " is damaged: it needs a multiple of "
                + record
                + " bytes, it has "
                + bytes.length);
      }
      all.writeBytes(bytes);
    }
    records = all.toByteArray();
    int[] labels = new int[records.length / record];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = records[i * record + labelBytes() - 1] & 0xff;
      if (labels[i] >= classes) {
        throw new DataException(
            root
                + ": image "
                + i
                + " has class "
                + labels[i]
                + ", cifar_binary with classes: "
                + classes
                + " needs one below it");
      }
    }
    return new Scan(state.toString(), records.length, labels, classNames());
  }

  @Override
  public Decoded decode(Scan scan, MemorySegment pixels) {
    int count = scan.labels().length;
    byte[] interleaved = new byte[count * 3 * PLANE];
    for (int i = 0; i < count; i++) {
      int at = i * (labelBytes() + 3 * PLANE) + labelBytes();
      for (int p = 0; p < PLANE; p++) {
        for (int c = 0; c < 3; c++) {
          interleaved[(i * PLANE + p) * 3 + 2 - c] = records[at + c * PLANE + p];
        }
      }
    }
    RawImages.place(
        interleaved, 0, SIDE, SIDE, 3, options.size(), pixels, count, options.threads());
    boolean[] good = new boolean[count];
    Arrays.fill(good, true);
    return new Decoded(good, Hash.hex(digest), List.of());
  }

  /** From the list of names that is published beside the images, else numbers. */
  private List<String> classNames() {
    Path list = root.resolve(classes == 100 ? "fine_label_names.txt" : "batches.meta.txt");
    List<String> names = new ArrayList<>();
    if (Files.isRegularFile(list)) {
      new String(ByteFiles.read(list, Hash.sha256()), StandardCharsets.UTF_8)
          .lines()
          .filter(l -> !l.isBlank())
          .forEach(names::add);
    }
    return names.size() == classes
        ? List.copyOf(names)
        : IntStream.range(0, classes).mapToObj(String::valueOf).toList();
  }
}
