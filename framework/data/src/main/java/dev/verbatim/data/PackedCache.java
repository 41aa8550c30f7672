package dev.verbatim.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decoded images of one source in one file that is mapped, not read: the pixels, then a footer
 * (classes, labels, hashes), then its length (4 bytes), its SHA-256 and a magic word. The file's
 * name is a hash of the source's state, so a changed source has another file. It is written under a
 * name of its own and renamed, so that two processes may build it at once.
 */
final class PackedCache {
  private static final long MAGIC = 0x5645524241544d31L; // "VERBATM1"
  private static final int TAIL = 4 + 32 + 8;

  private final Path folder;
  private final Path file;

  PackedCache(Path folder, String state) {
    this.folder = folder;
    MessageDigest digest = Hash.sha256();
    digest.update(state.getBytes(StandardCharsets.UTF_8));
    this.file = folder.resolve(Hash.hex(digest).substring(0, 32) + ".images");
  }

  /** A file that is not one of many in a cache. */
  PackedCache(Path file) {
    this.folder = file.toAbsolutePath().resolveSibling("");
    this.file = file;
  }

  /** The images, if the file is there and whole. */
  Optional<Stored> read() {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (FileChannel channel = FileChannel.open(file)) {
      long length = channel.size();
      ByteBuffer tail = ByteBuffer.allocate(TAIL);
      if (length < TAIL
          || channel.read(tail, length - TAIL) < TAIL
          || tail.getLong(TAIL - 8) != MAGIC) {
        return Optional.empty();
      }
      int footerBytes = tail.getInt(0);
      if (footerBytes < 0 || footerBytes > length - TAIL) {
        return Optional.empty();
      }
      byte[] footer = new byte[footerBytes];
      channel.read(ByteBuffer.wrap(footer), length - TAIL - footerBytes);
      byte[] expected = new byte[32];
      tail.get(4, expected);
      if (!MessageDigest.isEqual(expected, Hash.sha256().digest(footer))) {
        return Optional.empty();
      }
      long pixelBytes = length - TAIL - footerBytes;
      MemorySegment pixels = channel.map(MapMode.READ_ONLY, 0, pixelBytes, Arena.ofAuto());
      return parse(footer, pixels);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<Stored> parse(byte[] footer, MemorySegment pixels) throws IOException {
    var in = new DataInputStream(new ByteArrayInputStream(footer));
    ImageSize size = new ImageSize(in.readInt(), in.readInt(), in.readInt());
    int slots = in.readInt();
    if (pixels.byteSize() != (long) slots * size.bytes()) {
      return Optional.empty();
    }
    int[] indices = readInts(in);
    int[] labels = readInts(in);
    List<String> classes = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      classes.add(in.readUTF());
    }
    String files = in.readUTF();
    String fingerprint = in.readUTF();
    List<Skipped> skipped = new ArrayList<>();
    for (int i = in.readInt(); i > 0; i--) {
      skipped.add(new Skipped(in.readUTF(), in.readUTF()));
    }
    return Optional.of(
        new Stored(
            size,
            pixels,
            slots,
            indices,
            labels,
            List.copyOf(classes),
            files,
            fingerprint,
            List.copyOf(skipped)));
  }

  /** Begins a new file with room for the pixels. */
  Draft create(long pixelBytes) {
    try {
      Files.createDirectories(folder);
      Path draft = Files.createTempFile(folder, "draft-", ".part");
      try (FileChannel channel =
          FileChannel.open(draft, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
        return new Draft(draft, channel.map(MapMode.READ_WRITE, 0, pixelBytes, Arena.ofAuto()));
      }
    } catch (IOException e) {
      throw new DataException(
          "cannot write the cache of decoded images in "
              + folder
              + " ("
              + e.getMessage()
              + "); --no-cache does without it",
          e);
    }
  }

  /** A file that is being written; gone when closed, unless committed. */
  final class Draft implements AutoCloseable {
    private final Path path;
    private final MemorySegment pixels;

    private Draft(Path path, MemorySegment pixels) {
      this.path = path;
      this.pixels = pixels;
    }

    MemorySegment pixels() {
      return pixels;
    }

    /** Adds the footer and puts the file in its place. */
    void commit(Stored stored) {
      try {
        byte[] footer = footer(stored);
        ByteBuffer end = ByteBuffer.allocate(footer.length + TAIL);
        end.put(footer)
            .putInt(footer.length)
            .put(Hash.sha256().digest(footer))
            .putLong(MAGIC)
            .flip();
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.write(end, pixels.byteSize());
        }
        Files.move(path, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } catch (IOException e) {
        throw new DataException(
            "cannot write the cache of decoded images in "
                + folder
                + " ("
                + e.getMessage()
                + "); --no-cache does without it",
            e);
      }
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        // A leftover draft does no harm: nothing reads it.
      }
    }
  }

  private static byte[] footer(Stored stored) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(stored.size().height());
    out.writeInt(stored.size().width());
    out.writeInt(stored.size().channels());
    out.writeInt(stored.slots());
    writeInts(out, stored.indices());
    writeInts(out, stored.labels());
    out.writeInt(stored.classNames().size());
    for (String name : stored.classNames()) {
      out.writeUTF(name);
    }
    out.writeUTF(stored.filesSha256());
    out.writeUTF(stored.pixelsSha256());
    out.writeInt(stored.skipped().size());
    for (Skipped skipped : stored.skipped()) {
      out.writeUTF(skipped.file());
      out.writeUTF(skipped.reason());
    }
    return bytes.toByteArray();
  }

  private static int[] readInts(DataInputStream in) throws IOException {
    int count = in.readInt();
    byte[] bytes = in.readNBytes(4 * count);
    int[] values = new int[count];
    ByteBuffer.wrap(bytes).asIntBuffer().get(values);
    return values;
  }

  private static void writeInts(DataOutputStream out, int[] values) throws IOException {
    out.writeInt(values.length);
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    bytes.asIntBuffer().put(values);
    out.write(bytes.array());
  }
}
