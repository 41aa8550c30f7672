package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuModuleGetFunction;
import static jcuda.driver.JCudaDriver.cuModuleLoadDataEx;
import static jcuda.driver.JCudaDriver.cuModuleUnload;

import dev.verbatim.tensor.BackendException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import jcuda.Pointer;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;

/**
 * The kernels by name. The driver compiles a family's PTX when the first of its kernels is asked
 * for.
 */
final class Modules implements AutoCloseable {
  /** The families, one file each in {@code src/main/cuda}. */
  static final List<String> FAMILIES =
      List.of(
          "activations",
          "augmentations",
          "batches",
          "convolutions",
          "convolutions16",
          "dropout",
          "elementwise",
          "losses",
          "norms",
          "norms16",
          "pooling",
          "simple16",
          "statistics",
          "strips",
          "sums",
          "updates",
          "weightgradients",
          "weightgradients16",
          "winograd",
          "winogradgradients");

  private static final Pattern ENTRY = Pattern.compile("\\.entry (\\w+)\\(");

  private final Map<String, String> familyOf = new HashMap<>();
  private final Map<String, CUmodule> modules = new HashMap<>();
  private final Map<String, CUfunction> functions = new HashMap<>();

  Modules() {
    for (String family : FAMILIES) {
      var entries = ENTRY.matcher(new String(ptx(family), StandardCharsets.US_ASCII));
      while (entries.find()) {
        familyOf.put(entries.group(1), family);
      }
    }
  }

  /** The kernel of this name. */
  CUfunction kernel(String name) {
    CUfunction known = functions.get(name);
    if (known != null) {
      return known;
    }
    String family = familyOf.get(name);
    if (family == null) {
      throw new BackendException("cuda: no kernel is called '" + name + "'");
    }
    CUfunction function = new CUfunction();
    CUmodule module = modules.computeIfAbsent(family, Modules::load);
    Driver.check(cuModuleGetFunction(function, module, name), "kernel " + name + " is not there");
    functions.put(name, function);
    return function;
  }

  private static CUmodule load(String family) {
    byte[] text = ptx(family);
    CUmodule module = new CUmodule();
    Pointer ended = Pointer.to(Arrays.copyOf(text, text.length + 1));
    Driver.check(
        cuModuleLoadDataEx(module, ended, 0, new int[0], Pointer.to(new long[1])),
        "the driver does not take the kernels of " + family);
    return module;
  }

  static byte[] ptx(String family) {
    try (InputStream in = Modules.class.getResourceAsStream(family + ".ptx")) {
      if (in == null) {
        throw new BackendException("cuda: the program was built without " + family + ".ptx");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    for (CUmodule module : modules.values()) {
      int _ = cuModuleUnload(module);
    }
    modules.clear();
    functions.clear();
  }
}
