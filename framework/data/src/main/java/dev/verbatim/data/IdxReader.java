package dev.verbatim.data;

import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** The idx format of MNIST: big-endian magic (00 00 type rank), sizes, bytes. */
final class IdxReader implements Reader {
  private static final int IMAGES = 0x0803;
  private static final int LABELS = 0x0801;

  private final Path imagesFile;
  private final Path labelsFile;
  private final DatasetOptions options;
  private final MessageDigest digest = Hash.sha256();
  private int[] labels = {};

  IdxReader(Source.Idx source, DatasetOptions options) {
    this.imagesFile = ByteFiles.find(source.images());
    this.labelsFile = ByteFiles.find(source.labels());
    this.options = options;
  }

  @Override
  public Scan scan() {
    ByteBuffer bytes = ByteBuffer.wrap(body(labelsFile, LABELS));
    labels = new int[bytes.getInt(4)];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = bytes.get(8 + i) & 0xff;
    }
    return new Scan(
        "idx\n" + ByteFiles.state(imagesFile) + ByteFiles.state(labelsFile),
        imagesFile.toFile().length() + labelsFile.toFile().length(),
        labels.length);
  }

  @Override
  public Decoded decode(MemorySegment pixels) {
    byte[] content = body(imagesFile, IMAGES);
    ByteBuffer bytes = ByteBuffer.wrap(content);
    int count = bytes.getInt(4);
    int height = bytes.getInt(8);
    int width = bytes.getInt(12);
    if (height < 1 || width < 1) {
      throw new DataException(
          imagesFile + " is damaged: its images are " + height + " x " + width + " pixels");
    }
    if (count != labels.length) {
      throw new DataException(
          imagesFile
              + " has "
              + count
              + " images, "
              + labelsFile
              + " has "
              + labels.length
              + " labels; they need as many");
    }
    RawImages.place(
        content, 16, height, width, 1, options.size(), pixels, count, options.threads());
    boolean[] good = new boolean[count];
    Arrays.fill(good, true);
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    List<String> names = IntStream.range(0, classes).mapToObj(String::valueOf).toList();
    return new Decoded(names, labels, good, Hash.hex(digest), List.of());
  }

  private byte[] body(Path file, int magic) {
    byte[] content = ByteFiles.read(file, digest);
    ByteBuffer bytes = ByteBuffer.wrap(content);
    int rank = magic & 0xff;
    if (bytes.limit() < 4 + 4 * rank || bytes.getInt(0) != magic) {
      throw new DataException(
          file
              + " is not an idx file of "
              + (magic == IMAGES ? "images (magic 00 00 08 03)" : "labels (magic 00 00 08 01)"));
    }
    var elements = BigInteger.ONE;
    for (int i = 0; i < rank; i++) {
      elements = elements.multiply(BigInteger.valueOf(bytes.getInt(4 + 4 * i) & 0xffffffffL));
    }
    var expected = elements.add(BigInteger.valueOf(4 + 4 * rank));
    if (!expected.equals(BigInteger.valueOf(bytes.limit()))) {
      throw new DataException(
          file
              + " is damaged: its header asks for "
              + expected
              + " bytes, it has "
              + bytes.limit());
    }
    return content;
  }
}
