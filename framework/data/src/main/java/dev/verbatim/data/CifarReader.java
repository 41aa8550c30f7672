package dev.verbatim.data;

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
  private final int labelBytes;
  private final int[] counts;

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
    this.labelBytes = classes == 100 ? 2 : 1;
    this.counts = new int[files.size()];
  }

  private int recordBytes() {
    return labelBytes + 3 * PLANE;
  }

  @Override
  public Scan scan() {
    StringBuilder state = new StringBuilder("cifar_binary " + classes + "\n");
    int images = 0;
    long bytes = 0;
    for (int f = 0; f < files.size(); f++) {
      Path file = files.get(f);
      state.append(ByteFiles.state(file));
      long length = ByteFiles.unpackedLength(file);
      if (length == 0 || length % recordBytes() != 0) {
        throw new DataException(
            file
                + " is damaged: it needs a multiple of "
                + recordBytes()
                + " bytes, it has "
                + length);
      }
      counts[f] = (int) (length / recordBytes());
      images += counts[f];
      bytes += length;
    }
    Path list = nameList();
    if (Files.isRegularFile(list)) {
      state.append(ByteFiles.state(list));
    }
    return new Scan(state.toString(), bytes, images);
  }

  @Override
  public Decoded decode(MemorySegment pixels) {
    MessageDigest digest = Hash.sha256();
    int[] labels = new int[Arrays.stream(counts).sum()];
    int begin = 0;
    for (int f = 0; f < files.size(); f++) {
      byte[] records = ByteFiles.read(files.get(f), digest);
      if (records.length != counts[f] * recordBytes()) {
        throw new DataException(files.get(f) + " changed while it was read; run again");
      }
      for (int i = 0; i < counts[f]; i++) {
        labels[begin + i] = label(files.get(f), records, i);
      }
      long imageBytes = options.size().bytes();
      RawImages.place(
          interleaved(records, counts[f]),
          0,
          SIDE,
          SIDE,
          3,
          options.size(),
          pixels.asSlice(begin * imageBytes, counts[f] * imageBytes),
          counts[f],
          options.threads());
      begin += counts[f];
    }
    boolean[] good = new boolean[labels.length];
    Arrays.fill(good, true);
    return new Decoded(classNames(), labels, good, Hash.hex(digest), List.of());
  }

  private int label(Path file, byte[] records, int i) {
    int label = records[i * recordBytes() + labelBytes - 1] & 0xff;
    if (label >= classes) {
      throw new DataException(
          file
              + ": image "
              + i
              + " has class "
              + label
              + ", cifar_binary with classes: "
              + classes
              + " needs one below it");
    }
    return label;
  }

  /** Planes red, green, blue become pixels of red, green, blue. */
  private byte[] interleaved(byte[] records, int count) {
    byte[] interleaved = new byte[count * 3 * PLANE];
    for (int i = 0; i < count; i++) {
      int at = i * recordBytes() + labelBytes;
      for (int p = 0; p < PLANE; p++) {
        for (int c = 0; c < 3; c++) {
          interleaved[(i * PLANE + p) * 3 + c] = records[at + c * PLANE + p];
        }
      }
    }
    return interleaved;
  }

  private Path nameList() {
    return root.resolve(classes == 100 ? "fine_label_names.txt" : "batches.meta.txt");
  }

  /** From the list of names that is published beside the images, else numbers. */
  private List<String> classNames() {
    Path list = nameList();
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
