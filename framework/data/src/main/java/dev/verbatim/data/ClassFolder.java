package dev.verbatim.data;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The files of one class. To ask the system for each file's size and time of change is most of what
 * opening a cached dataset costs, so that is one question a file, and no more work is done on it
 * than must be.
 *
 * @param names relative, with forward slashes, in no order
 * @param bytes of all files
 * @param state of all files, as {@link FilesState}
 */
record ClassFolder(List<String> names, long bytes, String state) {
  static ClassFolder list(Path folder) {
    List<String> names = new ArrayList<>();
    collect(folder.toFile(), "", names);
    var state = new FilesState();
    long bytes = 0;
    for (String name : names) {
      long size = 0;
      long changedNanos = 0;
      try {
        var file = Files.readAttributes(folder.resolve(name), BasicFileAttributes.class);
        size = file.size();
        changedNanos = file.lastModifiedTime().to(TimeUnit.NANOSECONDS);
      } catch (IOException e) {
        // Gone, or a link to nothing: reading it will say so.
      }
      state.add(name, size, changedNanos);
      bytes += size;
    }
    return new ClassFolder(names, bytes, state.hex());
  }

  private static void collect(File folder, String prefix, List<String> names) {
    // File lists in half the time that java.nio.file takes.
    String[] entries = folder.list();
    if (entries == null) {
      throw new DataException(
          "dataset folder " + folder + " cannot be read; look at its permissions");
    }
    for (String entry : entries) {
      if (entry.startsWith(".")) {
        continue;
      }
      // To ask the system whether each is a folder would cost as much as asking for its size.
      if (!isNamedLikeAnImage(entry) && new File(folder, entry).isDirectory()) {
        collect(new File(folder, entry), prefix + entry + "/", names);
      } else {
        names.add(prefix.isEmpty() ? entry : prefix + entry);
      }
    }
  }

  private static boolean isNamedLikeAnImage(String name) {
    return endsWith(name, ".png")
        || endsWith(name, ".jpg")
        || endsWith(name, ".jpeg")
        || endsWith(name, ".bmp");
  }

  private static boolean endsWith(String name, String ending) {
    return name.regionMatches(true, name.length() - ending.length(), ending, 0, ending.length());
  }
}
