package dev.verbatim.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.verbatim.store.Hashes;
import dev.verbatim.store.RunFolder;
import dev.verbatim.store.RunLock;
import dev.verbatim.tensor.HostProcessor;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * provenance.json: where and with what a run was made. Nothing in it changes a result. A resumed
 * run keeps what its earlier sessions said under {@code earlier_sessions}.
 */
final class Provenance {
  /** Extensions of the instruction set that arithmetic may be compiled to. */
  private static final List<String> VECTOR_FLAGS =
      List.of("sse4_2", "avx", "fma", "avx2", "avx512", "asimd", "sve", "rvv");

  private final Code code;
  private final List<String> command;
  private final int threads;
  private final RunFolder folder;
  private final Map<String, Object> facts = new LinkedHashMap<>();

  Provenance(Code code, List<String> command, int threads, RunFolder folder) {
    this.code = code;
    this.command = command;
    this.threads = threads;
    this.folder = folder;
  }

  /** Writes what is known at the start, so that an interrupted run has it too. */
  void begin(String device, String gpu) throws IOException {
    JsonArray earlier = earlierSessions();
    facts.put("version", version());
    facts.put("numerics", RunIdentity.NUMERICS_VERSION);
    sources();
    facts.put("command", command);
    facts.put("working_directory", Path.of("").toAbsolutePath().toString());
    facts.put(
        "jdk", System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version"));
    facts.put("jvm_arguments", ManagementFactory.getRuntimeMXBean().getInputArguments());
    facts.put("jars", code.jars());
    facts.put(
        "os",
        System.getProperty("os.name")
            + " "
            + System.getProperty("os.version")
            + " "
            + System.getProperty("os.arch"));
    facts.put("cpu", HostProcessor.model());
    facts.put("cpu_flags", cpuFlags());
    facts.put("gpu", gpu);
    facts.put("driver", "");
    facts.put("device", device);
    facts.put("threads", threads);
    facts.put("host", RunLock.host());
    facts.put("pid", ProcessHandle.current().pid());
    facts.put("start", now());
    facts.put("end", "");
    if (!earlier.isEmpty()) {
      facts.put("earlier_sessions", earlier);
    }
    folder.writeJson("provenance.json", facts);
  }

  /** Adds when it ended. */
  void end() throws IOException {
    facts.put("end", now());
    folder.writeJson("provenance.json", facts);
  }

  private void sources() throws IOException {
    facts.put("commit", code.commit());
    facts.put("dirty", code.dirty());
    if (code.patch().isEmpty()) {
      Files.deleteIfExists(folder.file("dirty.patch"));
    } else {
      folder.write("dirty.patch", code.patch());
      facts.put("dirty_patch", "dirty.patch");
      facts.put("dirty_patch_sha256", Hashes.ofText(code.patch()));
    }
    if (!code.untracked().isEmpty()) {
      facts.put("untracked", code.untracked());
    }
  }

  private JsonArray earlierSessions() throws IOException {
    JsonArray sessions = new JsonArray();
    if (Files.exists(folder.file("provenance.json"))) {
      JsonObject last = earlierSession();
      JsonElement earlier = last.remove("earlier_sessions");
      if (earlier != null && earlier.isJsonArray()) {
        sessions.addAll(earlier.getAsJsonArray());
      }
      sessions.add(last);
    }
    return sessions;
  }

  /** A damaged one is no reason not to go on. */
  private JsonObject earlierSession() {
    try {
      return folder.readJson("provenance.json");
    } catch (IOException e) {
      JsonObject unknown = new JsonObject();
      unknown.addProperty("unknown", e.getMessage());
      return unknown;
    }
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The version of this program. */
  static String version() {
    String version = Provenance.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  private static List<String> cpuFlags() {
    String flags = HostProcessor.fact("flags").or(() -> HostProcessor.fact("Features")).orElse("");
    return Arrays.stream(flags.split(" ", -1))
        .filter(flag -> VECTOR_FLAGS.stream().anyMatch(flag::startsWith))
        .sorted()
        .toList();
  }
}
