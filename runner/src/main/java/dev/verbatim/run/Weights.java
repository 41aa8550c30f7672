package dev.verbatim.run;

import dev.verbatim.nn.Network;
import dev.verbatim.store.Hashes;
import dev.verbatim.store.SafeTensors;
import dev.verbatim.store.SafeTensors.Contents;
import dev.verbatim.store.SafeTensors.Entry;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The trained values of a network between device, digest and file. */
final class Weights {
  /** Hex digits of a parameter's digest: enough to tell, little enough to keep for every epoch. */
  private static final int SHORT_DIGEST = 16;

  private Weights() {}

  /**
   * SHA-256 of float32 little-endian values.
   *
   * @param all over all values, in the order of the network's parameters
   * @param parameters of each by itself, by path, the first {@value #SHORT_DIGEST} digits
   */
  record Digests(String all, Map<String, String> parameters) {}

  static Digests digests(Network network, Backend backend) {
    var all = Hashes.sha256();
    Map<String, String> each = new LinkedHashMap<>();
    network
        .state()
        .forEach(
            (path, tensor) -> {
              byte[] bytes = SafeTensors.bytes(entry(tensor, backend).values());
              all.update(bytes);
              each.put(path, Hashes.ofBytes(bytes).substring(0, SHORT_DIGEST));
            });
    return new Digests(Hashes.hex(all), each);
  }

  /** All values as a safetensors file. */
  static byte[] file(Network network, Backend backend) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    network.state().forEach((path, tensor) -> entries.put(path, entry(tensor, backend)));
    return SafeTensors.bytes(new Contents(Map.of(), entries));
  }

  /**
   * Puts saved values into a network.
   *
   * @throws IOException if the file does not hold exactly this network's parameters
   */
  static void load(Network network, Backend backend, Path file) throws IOException {
    write(SafeTensors.read(file).tensors(), network.state(), backend, file.toString());
  }

  /**
   * Puts values into tensors of the same names and shapes.
   *
   * @param source for messages
   * @throws IOException if names or shapes differ
   */
  static void write(
      Map<String, Entry> values, Map<String, Tensor> tensors, Backend backend, String source)
      throws IOException {
    if (!values.keySet().equals(tensors.keySet())) {
      throw new IOException(
          source + ": holds " + values.keySet() + ", the architecture needs " + tensors.keySet());
    }
    for (var tensor : tensors.entrySet()) {
      Entry saved = Objects.requireNonNull(values.get(tensor.getKey()));
      int[] shape = tensor.getValue().shape().toArray();
      if (!Arrays.equals(shape, saved.shape().stream().mapToInt(Integer::intValue).toArray())) {
        throw new IOException(
            source
                + ": "
                + tensor.getKey()
                + " has shape "
                + saved.shape()
                + ", the architecture needs "
                + Arrays.toString(shape));
      }
    }
    tensors.forEach(
        (name, tensor) -> backend.write(tensor, Objects.requireNonNull(values.get(name)).values()));
  }

  /** A tensor of the device on the host. */
  static Entry entry(Tensor tensor, Backend backend) {
    float[] values = new float[tensor.size()];
    backend.read(tensor, values);
    return new Entry(Arrays.stream(tensor.shape().toArray()).boxed().toList(), values);
  }
}
