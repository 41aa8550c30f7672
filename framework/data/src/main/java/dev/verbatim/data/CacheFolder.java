package dev.verbatim.data;

import java.nio.file.Path;
import java.util.Locale;

/** The folder of this user where what can be made again is kept. */
public final class CacheFolder {
  private CacheFolder() {}

  /** {@code $XDG_CACHE_HOME/verbatim}, or what the system uses for it. */
  public static Path path() {
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && !xdg.isEmpty()) {
      return Path.of(xdg, "verbatim");
    }
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String home = System.getProperty("user.home");
    if (os.contains("mac")) {
      return Path.of(home, "Library", "Caches", "verbatim");
    }
    return os.contains("win")
        ? Path.of(home, "AppData", "Local", "verbatim", "cache")
        : Path.of(home, ".cache", "verbatim");
  }
}
