package dev.verbatim.data;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Image files in a folder for each class, or in folders within it. Classes and files are in natural
 * order of their names: 2 before 10.
 */
final class FolderReader implements Reader {
  private final Path root;
  private final DatasetOptions options;
  private List<String> classNames = List.of();
  private List<ClassFolder> folders = List.of();

  FolderReader(Path root, DatasetOptions options) {
    this.root = root;
    this.options = options;
  }

  @Override
  public Scan scan() {
    classNames = classFolders();
    ClassFolder[] found = new ClassFolder[classNames.size()];
    Parallel.items(
        classNames.size(),
        options.threads(),
        c -> found[c] = ClassFolder.list(root.resolve(classNames.get(c))));
    folders = List.of(found);
    MessageDigest state = Hash.sha256();
    long bytes = 0;
    int images = 0;
    for (int c = 0; c < folders.size(); c++) {
      String folder = classNames.get(c) + "/" + folders.get(c).state() + "\n";
      state.update(folder.getBytes(StandardCharsets.UTF_8));
      bytes += folders.get(c).bytes();
      images += folders.get(c).names().size();
    }
    return new Scan(
        "image_folder\n" + root.toAbsolutePath().normalize() + "\n" + Hash.hex(state),
        bytes,
        images);
  }

  private List<String> classFolders() {
    if (!Files.isDirectory(root)) {
      throw new DataException(
          "dataset folder "
              + root
              + " is not there; --data or VERBATIM_DATA names the folder it is looked for in");
    }
    try (var entries = Files.list(root)) {
      return entries
          .filter(e -> Files.isDirectory(e) && !e.getFileName().toString().startsWith("."))
          .map(e -> e.getFileName().toString())
          .sorted(NaturalOrder.INSTANCE)
          .toList();
    } catch (IOException e) {
      throw new DataException("dataset folder " + root + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** One file: where it is under the root, with forward slashes. */
  private record ImageFile(String name, int label) {}

  private List<ImageFile> files() {
    String[][] names = new String[folders.size()][];
    Parallel.items(
        names.length,
        options.threads(),
        c -> {
          names[c] = folders.get(c).names().toArray(String[]::new);
          Arrays.sort(names[c], NaturalOrder.INSTANCE);
        });
    List<ImageFile> files = new ArrayList<>();
    for (int c = 0; c < names.length; c++) {
      for (String name : names[c]) {
        files.add(new ImageFile(classNames.get(c) + "/" + name, c));
      }
    }
    return files;
  }

  @Override
  public Decoded decode(MemorySegment pixels) {
    List<ImageFile> files = files();
    byte[][] hashes = new byte[files.size()][];
    String[] reasons = new String[files.size()];
    Arrays.fill(reasons, "");
    int imageBytes = options.size().bytes();
    Parallel.ranges(
        files.size(),
        options.threads(),
        (from, to) -> {
          try (var decoder = new ImageDecoder(options.size())) {
            for (int i = from; i < to; i++) {
              Path path = root.resolve(files.get(i).name());
              try {
                hashes[i] = decoder.read(path.toString());
                MemorySegment.copy(
                    MemorySegment.ofArray(decoder.decode()),
                    0,
                    pixels,
                    (long) i * imageBytes,
                    imageBytes);
              } catch (BadImage e) {
                refuse(path, e.reason());
                reasons[i] = e.reason();
              } catch (IOException e) {
                throw new DataException("image cannot be read: " + e.getMessage(), e);
              }
            }
          }
        });
    MessageDigest all = Hash.sha256();
    List<Skipped> skipped = new ArrayList<>();
    boolean[] good = new boolean[files.size()];
    int[] labels = new int[files.size()];
    for (int i = 0; i < hashes.length; i++) {
      all.update(files.get(i).name().getBytes(StandardCharsets.UTF_8));
      all.update(hashes[i]);
      labels[i] = files.get(i).label();
      good[i] = reasons[i].isEmpty();
      if (!good[i]) {
        skipped.add(new Skipped(files.get(i).name(), reasons[i]));
      }
    }
    return new Decoded(classNames, labels, good, Hash.hex(all), List.copyOf(skipped));
  }

  private void refuse(Path path, String reason) {
    if (!options.skipBadImages()) {
      throw new DataException(
          "image "
              + path
              + ": "
              + reason
              + "; mend or remove it, or set dataset.on_bad_image: skip");
    }
  }
}
