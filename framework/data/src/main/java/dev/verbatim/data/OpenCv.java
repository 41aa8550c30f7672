package dev.verbatim.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import org.opencv.core.Core;

/**
 * Loads OpenCV's native library once, from a copy in the user's cache folder that is unpacked on
 * first use.
 */
public final class OpenCv {
  private static final String VERSION = "490";
  private static final Object LOCK = new Object();
  private static boolean loaded;

  private OpenCv() {}

  /**
   * Makes OpenCV's classes usable.
   *
   * @return its version
   * @throws DataException if there is no library for this system, or it cannot be loaded
   */
  @SuppressWarnings("restricted") // the launcher allows native access
  public static String load() {
    synchronized (LOCK) {
      if (!loaded) {
        Path library = unpacked();
        try {
          System.load(library.toString());
        } catch (UnsatisfiedLinkError e) {
          throw new DataException(
              "OpenCV's library " + library + " cannot be loaded: " + e.getMessage(), e);
        }
        Core.setNumThreads(1);
        loaded = true;
      }
      return Core.VERSION;
    }
  }

  private static Path unpacked() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    String name =
        os.contains("win")
            ? "opencv_java" + VERSION + ".dll"
            : "libopencv_java" + VERSION + (os.contains("mac") ? ".dylib" : ".so");
    String folder =
        (os.contains("win") ? "windows" : os.contains("mac") ? "osx" : "linux")
            + (arm ? "/ARMv8" : "/x86_64");
    Path target = CacheFolder.path().resolve("opencv-" + VERSION).resolve(name);
    String resource = "/nu/pattern/opencv/" + folder + "/" + name;
    if (Files.isRegularFile(target)) {
      return target;
    }
    try (InputStream in = Core.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new DataException(
            "OpenCV has no library for "
                + os
                + " "
                + System.getProperty("os.arch")
                + "; PNGs of 8 bits a channel, idx, cifar_binary, glyphs and files of 'verbatim data pack' work without it");
      }
      Files.createDirectories(target.getParent());
      Path draft = Files.createTempFile(target.getParent(), "draft-", ".part");
      Files.copy(in, draft, StandardCopyOption.REPLACE_EXISTING);
      Files.move(
          draft, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return target;
    } catch (IOException e) {
      throw new DataException(
          "cannot unpack OpenCV's library to "
              + target
              + " ("
              + e.getMessage()
              + "); set XDG_CACHE_HOME to a folder that can be written",
          e);
    }
  }
}
