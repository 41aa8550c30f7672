package dev.verbatim.cli;

import dev.verbatim.data.CacheFolder;
import dev.verbatim.data.DataException;
import dev.verbatim.data.OpenCv;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.Backends;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Options;

/** What of this machine works. */
final class DoctorVerb implements Verb {
  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String summary() {
    return "what works here and what does not: JVM, vectors, cores, memory, OpenCV, CUDA, folders";
  }

  @Override
  public Options options() {
    return Flags.of("data");
  }

  @Override
  public ExitCode run(Invocation call) {
    call.noArgument();
    List<List<String>> rows = new ArrayList<>();
    rows.add(
        List.of(
            "JVM",
            "ok",
            System.getProperty("java.vm.vendor") + " " + System.getProperty("java.vm.version")));
    boolean vectors =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
            && Object.class
                .getModule()
                .isExported("jdk.internal.misc", DoctorVerb.class.getModule());
    rows.add(
        List.of(
            "Vector API",
            vectors ? "ok" : "missing",
            vectors ? "" : "slow: run through bin/verbatim, or start java with the same options"));
    Runtime runtime = Runtime.getRuntime();
    rows.add(List.of("cores", "ok", String.valueOf(runtime.availableProcessors())));
    rows.add(List.of("memory", "ok", (runtime.maxMemory() >> 20) + " MiB for Java at most"));
    rows.add(backend("CPU backend", "cpu", "broken"));
    rows.add(openCv());
    rows.add(backend("CUDA", "cuda", "missing"));
    rows.add(
        folder(
            "data",
            call.data(),
            "experiments on real images need it; --data or VERBATIM_DATA names another"));
    rows.add(folder("cache", CacheFolder.path(), "made on first use"));
    Table.print(call.out(), List.of("what", "state", ""), rows);
    return ExitCode.OK;
  }

  private static List<String> backend(String what, String device, String without) {
    try (Backend backend = Backends.open(device, 0)) {
      return List.of(what, "ok", backend.description());
    } catch (BackendException e) {
      return List.of(what, without, String.valueOf(e.getMessage()));
    }
  }

  private static List<String> openCv() {
    try {
      return List.of("OpenCV", "ok", OpenCv.load());
    } catch (DataException e) {
      return List.of("OpenCV", "broken", String.valueOf(e.getMessage()));
    }
  }

  private static List<String> folder(String what, Path path, String without) {
    boolean there = Files.isDirectory(path);
    return List.of(
        what,
        there ? "ok" : "missing",
        there ? path.toString() : path + " is not there: " + without);
  }
}
