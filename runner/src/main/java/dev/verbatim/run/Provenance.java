package dev.verbatim.run;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Where and with what a run was made. Nothing in it changes a result. */
final class Provenance {
  private Provenance() {}

  static Map<String, Object> collect(
      Path home, List<String> command, String device, int threads, Instant start, Instant end) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("version", version());
    facts.put("commit", git(home, "rev-parse", "HEAD"));
    facts.put("dirty", !git(home, "status", "--porcelain").isEmpty());
    facts.put("command", command);
    facts.put(
        "jdk", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
    facts.put("jars", jars());
    facts.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    facts.put("cpu", cpu());
    facts.put("gpu", "");
    facts.put("driver", "");
    facts.put("device", device);
    facts.put("threads", threads);
    facts.put("host", host());
    facts.put("start", start.truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("end", end.truncatedTo(ChronoUnit.SECONDS).toString());
    return facts;
  }

  /** The version of this program. */
  static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static Map<String, String> jars() {
    Map<String, String> hashes = new TreeMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path jar = Path.of(entry);
      if (entry.endsWith(".jar") && Files.isRegularFile(jar)) {
        try {
          hashes.put(jar.getFileName().toString(), Hashes.ofFile(jar));
        } catch (IOException e) {
          hashes.put(jar.getFileName().toString(), "unreadable");
        }
      }
    }
    return hashes;
  }

  private static String cpu() {
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(l -> l.startsWith("model name"))
          .findFirst()
          .map(l -> l.substring(l.indexOf(':') + 1).strip())
          .orElse("");
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  private static String git(Path home, String... arguments) {
    try {
      var command = new ArrayList<>(List.of("git", "-C", home.toString()));
      command.addAll(List.of(arguments));
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String out =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0 ? out : "";
    } catch (IOException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "";
    }
  }
}
