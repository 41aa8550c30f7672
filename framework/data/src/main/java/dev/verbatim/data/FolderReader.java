package dev.verbatim.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Image files in a folder for each class. Classes and files are in natural order of their names: 2
 * before 10.
 */
final class FolderReader implements Reader {
  private record ImageFile(Path path, String name, long bytes, long modified) {}

  private final Path root;
  private final DatasetOptions options;
  private List<ImageFile> files = List.of();

  FolderReader(Path root, DatasetOptions options) {
    this.root = root;
    this.options = options;
  }

  @Override
  public Scan scan() {
    List<Path> folders = classFolders();
    List<List<ImageFile>> byClass = new ArrayList<>(Collections.nCopies(folders.size(), List.of()));
    Parallel.items(folders.size(), options.threads(), c -> byClass.set(c, list(folders.get(c))));
    files = byClass.stream().flatMap(List::stream).toList();
    int[] labels = new int[files.size()];
    long bytes = 0;
    int at = 0;
    MessageDigest state = Hash.sha256();
    for (int c = 0; c < byClass.size(); c++) {
      for (ImageFile file : byClass.get(c)) {
        labels[at++] = c;
        bytes += file.bytes();
        state.update(
            (folders.get(c).getFileName()
                    + "/"
                    + file.name()
                    + "\t"
                    + file.bytes()
                    + "\t"
                    + file.modified()
                    + "\n")
                .getBytes(StandardCharsets.UTF_8));
      }
    }
    List<String> names = folders.stream().map(f -> f.getFileName().toString()).toList();
    return new Scan(
        "image_folder\n" + root.toAbsolutePath().normalize() + "\n" + Hash.hex(state),
        bytes,
        labels,
        names);
  }

  private List<Path> classFolders() {
    if (!Files.isDirectory(root)) {
      throw new DataException(
          "dataset folder "
              + root
              + " is not there; --data or VERBATIM_DATA names the folder it is looked for in");
    }
    try (var entries = Files.list(root)) {
      return entries
          .filter(e -> Files.isDirectory(e) && !e.getFileName().toString().startsWith("."))
          .sorted(Comparator.comparing(e -> e.getFileName().toString(), NaturalOrder.INSTANCE))
          .toList();
    } catch (IOException e) {
      throw new DataException("dataset folder " + root + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<ImageFile> list(Path folder) {
    List<ImageFile> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
              String name = path.getFileName().toString();
              if (!name.startsWith(".")) {
                found.add(
                    new ImageFile(
                        path, name, attributes.size(), attributes.lastModifiedTime().toMillis()));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new DataException("dataset folder " + folder + " cannot be read: " + e.getMessage(), e);
    }
    found.sort(Comparator.comparing(ImageFile::name, NaturalOrder.INSTANCE));
    return found;
  }

  @Override
  public Decoded decode(Scan scan, MemorySegment pixels) {
    OpenCv.load();
    boolean[] good = new boolean[files.size()];
    byte[][] hashes = new byte[files.size()][];
    String[] reasons = new String[files.size()];
    Arrays.fill(reasons, "");
    int imageBytes = options.size().bytes();
    Parallel.ranges(
        files.size(),
        options.threads(),
        (from, to) -> {
          var decoder = new ImageDecoder(options.size());
          for (int i = from; i < to; i++) {
            try {
              hashes[i] = decoder.read(files.get(i).path());
              MemorySegment.copy(
                  MemorySegment.ofArray(decoder.decode()),
                  0,
                  pixels,
                  (long) i * imageBytes,
                  imageBytes);
              good[i] = true;
            } catch (ImageDecoder.BadImage e) {
              reasons[i] = e.reason();
              refuse(i, e.reason());
            } catch (IOException e) {
              throw new DataException(
                  "image " + files.get(i).path() + " cannot be read: " + e.getMessage(), e);
            }
          }
        });
    MessageDigest all = Hash.sha256();
    List<Skipped> skipped = new ArrayList<>();
    for (int i = 0; i < hashes.length; i++) {
      String name = root.relativize(files.get(i).path()).toString().replace('\\', '/');
      all.update(name.getBytes(StandardCharsets.UTF_8));
      all.update(hashes[i]);
      if (!good[i]) {
        skipped.add(new Skipped(name, reasons[i]));
      }
    }
    return new Decoded(good, Hash.hex(all), List.copyOf(skipped));
  }

  private void refuse(int i, String reason) {
    if (!options.skipBadImages()) {
      throw new DataException(
          "image "
              + files.get(i).path()
              + ": "
              + reason
              + "; mend or remove it, or set dataset.on_bad_image: skip");
    }
  }
}
