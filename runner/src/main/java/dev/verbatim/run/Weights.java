package dev.verbatim.run;

import dev.verbatim.nn.Network;
import dev.verbatim.nn.Parameter;
import dev.verbatim.tensor.Backend;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The trained values of a network between device, digest and file. */
final class Weights {
  private Weights() {}

  /** SHA-256 over all values, float32 little-endian, in the order of the network's parameters. */
  static String sha256(Network network, Backend backend) {
    var digest = Hashes.sha256();
    for (Parameter parameter : network.parameters().values()) {
      digest.update(SafeTensors.bytes(values(parameter, backend)));
    }
    return Hashes.hex(digest);
  }

  static void save(Network network, Backend backend, Path file) throws IOException {
    Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>();
    for (var parameter : network.parameters().entrySet()) {
      var shape = Arrays.stream(parameter.getValue().shape().toArray()).boxed().toList();
      tensors.put(
          parameter.getKey(), new SafeTensors.Entry(shape, values(parameter.getValue(), backend)));
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      SafeTensors.write(tensors, out);
    }
  }

  /**
   * Puts saved values into a network.
   *
   * @throws IOException if the file does not hold exactly this network's parameters
   */
  static void load(Network network, Backend backend, Path file) throws IOException {
    Map<String, SafeTensors.Entry> tensors = SafeTensors.read(file);
    if (!tensors.keySet().equals(network.parameters().keySet())) {
      throw new IOException(
          file
              + ": holds parameters "
              + tensors.keySet()
              + ", the architecture needs "
              + network.parameters().keySet());
    }
    for (var parameter : network.parameters().entrySet()) {
      SafeTensors.Entry saved = Objects.requireNonNull(tensors.get(parameter.getKey()));
      int[] shape = parameter.getValue().shape().toArray();
      if (!Arrays.equals(shape, saved.shape().stream().mapToInt(Integer::intValue).toArray())) {
        throw new IOException(
            file
                + ": "
                + parameter.getKey()
                + " has shape "
                + saved.shape()
                + ", the architecture needs "
                + Arrays.toString(shape));
      }
      backend.write(parameter.getValue().tensor(), saved.values());
    }
  }

  private static float[] values(Parameter parameter, Backend backend) {
    float[] values = new float[parameter.shape().size()];
    backend.read(parameter.tensor(), values);
    return values;
  }
}
