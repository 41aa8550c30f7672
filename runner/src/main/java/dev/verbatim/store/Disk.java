package dev.verbatim.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes that last. A whole file is written beside its place, forced to the device and renamed into
 * it, so at any moment it is the old one or the new one; an addition is forced before the call
 * returns. A failed write leaves what was there before.
 */
public final class Disk {
  /** Hears of every moment between two of which a sudden end makes a difference. */
  public interface Observer {
    /**
     * A moment has come.
     *
     * @param moment {@code begin}, {@code half}, {@code written}, {@code forced} or {@code renamed}
     */
    void at(String moment, Path file);
  }

  private final Observer observer;

  /** A disk that nobody watches. */
  public Disk() {
    this((moment, file) -> {});
  }

  /** A disk whose every moment is told. */
  public Disk(Observer observer) {
    this.observer = observer;
  }

  /** Writes a whole file. */
  void write(Path file, byte[] bytes) throws IOException {
    Path part = file.resolveSibling("." + file.getFileName() + ".part");
    try {
      observer.at("begin", file);
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        put(channel, file, bytes);
      }
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      observer.at("renamed", file);
      forceFolder(file);
    } catch (IOException e) {
      boolean _ = part.toFile().delete(); // gives its space back, where it was made
      throw failure(file, e);
    }
  }

  /** Adds to the end of a file that is there. */
  void append(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long before = channel.size();
      channel.position(before);
      try {
        put(channel, file, bytes);
      } catch (IOException e) {
        channel.truncate(before);
        throw e;
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Cuts a file. */
  void truncate(Path file, long bytes) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(bytes);
      channel.force(true);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  /** Makes a folder and those above it. */
  void createFolder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
      forceFolder(folder);
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /** In two halves, so that a sudden end between them is one of the observed moments. */
  private void put(FileChannel channel, Path file, byte[] bytes) throws IOException {
    int half = bytes.length / 2;
    putAll(channel, ByteBuffer.wrap(bytes, 0, half));
    observer.at("half", file);
    putAll(channel, ByteBuffer.wrap(bytes, half, bytes.length - half));
    observer.at("written", file);
    channel.force(true);
    observer.at("forced", file);
  }

  private static void putAll(FileChannel channel, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      int _ = channel.write(bytes);
    }
  }

  /**
   * A rename lasts once its folder is forced; systems that cannot open a folder need no forcing.
   */
  private static void forceFolder(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null) {
      return;
    }
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (AccessDeniedException e) {
      // Windows opens no folder, and keeps its renames in a journal
    }
  }

  private static IOException failure(Path file, IOException e) {
    return new IOException(
        file
            + ": cannot be written: "
            + reason(e)
            + "; what was there before is as it was, and the same command goes on from it",
        e);
  }

  /** What went wrong, without the file's name. */
  public static String reason(IOException e) {
    String given = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    if (given != null) {
      return given;
    }
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or folder";
      case FileAlreadyExistsException _ -> "a file stands where a folder is needed";
      default -> e.getClass().getSimpleName();
    };
  }
}
