package dev.verbatim.store;

import dev.verbatim.store.Checkpoint.Position;
import dev.verbatim.store.SafeTensors.Contents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The checkpoints of one run, each a safetensors file whose name tells its position and the first
 * half of its SHA-256. The two newest are kept: where the newest proves damaged, the one before
 * serves. A checkpoint also knows how long the growing tables were and what they held.
 */
public final class Checkpoints {
  private static final int KEPT = 2;
  private static final Pattern NAME =
      Pattern.compile("epoch-(\\d{1,9})-step-(\\d{1,9})-([0-9a-f]{32})\\.safetensors");

  private final RunFolder folder;
  private final Disk disk;

  Checkpoints(RunFolder folder, Disk disk) {
    this.folder = folder;
    this.disk = disk;
  }

  private record Stored(Path file, int epoch, int step, String hash) {
    static Optional<Stored> of(Path file) {
      Matcher m = NAME.matcher(file.getFileName().toString());
      return m.matches()
          ? Optional.of(
              new Stored(
                  file, Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), m.group(3)))
          : Optional.empty();
    }

    boolean isBefore(Position position) {
      return epoch < position.epoch() || (epoch == position.epoch() && step < position.step());
    }
  }

  /**
   * Writes a checkpoint; the tables must hold what belongs to it. Those of later positions are from
   * before training went on from an earlier one, because they could not be used, and go.
   */
  public void save(Checkpoint checkpoint) throws IOException {
    Map<String, String> metadata = checkpoint.metadata();
    for (String table : RunFolder.GROWING) {
      long length = Files.size(folder.file(table));
      metadata.put(table + ".length", String.valueOf(length));
      metadata.put(table + ".sha256", Hashes.ofStart(folder.file(table), length));
    }
    byte[] bytes = SafeTensors.bytes(new Contents(metadata, checkpoint.tensors()));
    String name =
        "epoch-"
            + checkpoint.position().epoch()
            + "-step-"
            + checkpoint.position().step()
            + "-"
            + shortened(Hashes.ofBytes(bytes))
            + ".safetensors";
    disk.createFolder(path());
    disk.write(path().resolve(name), bytes);
    int kept = 1;
    for (Stored old : newestFirst()) {
      if (old.file.getFileName().toString().equals(name)) {
        continue;
      }
      if (kept < KEPT && old.isBefore(checkpoint.position())) {
        kept++;
      } else {
        Files.deleteIfExists(old.file);
      }
    }
  }

  /**
   * The newest checkpoint that is whole; the growing tables are cut back to it. Empty if there is
   * none, and then the run begins anew.
   *
   * @param warnings hears of each checkpoint that cannot be used
   */
  public Optional<Checkpoint> restore(Consumer<String> warnings) throws IOException {
    for (Stored stored : newestFirst()) {
      try {
        Checkpoint checkpoint = read(stored);
        return Optional.of(checkpoint);
      } catch (IOException e) {
        warnings.accept(
            e.getMessage() + "; the checkpoint before it is used, else the run begins anew");
      }
    }
    return Optional.empty();
  }

  private Checkpoint read(Stored stored) throws IOException {
    byte[] bytes = Files.readAllBytes(stored.file);
    String found = shortened(Hashes.ofBytes(bytes));
    if (!found.equals(stored.hash)) {
      throw new IOException(
          stored.file + ": a damaged checkpoint, its SHA-256 begins with " + found);
    }
    Contents contents = SafeTensors.parse(stored.file, bytes);
    Map<String, String> metadata = contents.metadata();
    try {
      for (String table : RunFolder.GROWING) {
        long length = Long.parseLong(Checkpoint.value(metadata, table + ".length"));
        String hash = Checkpoint.value(metadata, table + ".sha256");
        Path file = folder.file(table);
        if (RunFolder.DETERMINISTIC.contains(table)
            && (!Files.exists(file)
                || Files.size(file) < length
                || !Hashes.ofStart(file, length).equals(hash))) {
          throw new IOException(
              file + ": not as it was when " + stored.file.getFileName() + " was written");
        }
      }
      var checkpoint = new Checkpoint(Checkpoint.position(metadata), contents.tensors());
      for (String table : RunFolder.GROWING) {
        long length = Long.parseLong(Checkpoint.value(metadata, table + ".length"));
        if (Files.exists(folder.file(table)) && Files.size(folder.file(table)) > length) {
          disk.truncate(folder.file(table), length);
        }
      }
      return checkpoint;
    } catch (IllegalArgumentException e) {
      throw new IOException(
          stored.file + ": not a checkpoint of this program: " + e.getMessage(), e);
    }
  }

  /** Removes all of them, when the run is finished. */
  public void delete() throws IOException {
    if (Files.isDirectory(path())) {
      try (var files = Files.list(path())) {
        for (Path file : files.toList()) {
          Files.deleteIfExists(file);
        }
      }
      Files.deleteIfExists(path());
    }
  }

  private Path path() {
    return folder.file("checkpoint");
  }

  private List<Stored> newestFirst() throws IOException {
    if (!Files.isDirectory(path())) {
      return List.of();
    }
    List<Stored> stored = new ArrayList<>();
    try (var files = Files.list(path())) {
      files.forEach(file -> Stored.of(file).ifPresent(stored::add));
    }
    stored.sort(Comparator.comparingInt(Stored::epoch).thenComparingInt(Stored::step).reversed());
    return stored;
  }

  private static String shortened(String sha256) {
    return sha256.substring(0, 32);
  }
}
