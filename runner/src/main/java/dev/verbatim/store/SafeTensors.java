package dev.verbatim.store;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Float32 tensors in the safetensors format (github.com/huggingface/safetensors): an 8-byte
 * little-endian length, a JSON header of names, shapes and offsets padded with spaces to 8 bytes,
 * then the values in order, little-endian.
 */
public final class SafeTensors {
  /** One tensor on the host. */
  public record Entry(List<Integer> shape, float[] values) {}

  /**
   * A file.
   *
   * @param metadata free texts
   * @param tensors by name, in order
   */
  public record Contents(Map<String, String> metadata, Map<String, Entry> tensors) {}

  private static final String METADATA = "__metadata__";

  private SafeTensors() {}

  /** The bytes of a file. */
  public static byte[] bytes(Contents contents) {
    JsonObject header = new JsonObject();
    if (!contents.metadata.isEmpty()) {
      JsonObject metadata = new JsonObject();
      contents.metadata.forEach(metadata::addProperty);
      header.add(METADATA, metadata);
    }
    long at = 0;
    for (var tensor : contents.tensors.entrySet()) {
      JsonObject description = new JsonObject();
      description.addProperty("dtype", "F32");
      JsonArray shape = new JsonArray();
      tensor.getValue().shape().forEach(shape::add);
      description.add("shape", shape);
      JsonArray offsets = new JsonArray();
      offsets.add(at);
      at += 4L * tensor.getValue().values().length;
      offsets.add(at);
      description.add("data_offsets", offsets);
      header.add(tensor.getKey(), description);
    }
    byte[] json = header.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padding = " ".repeat(Math.floorMod(-json.length, 8)).getBytes(StandardCharsets.UTF_8);
    ByteBuffer all =
        ByteBuffer.allocate(Math.toIntExact(8L + json.length + padding.length + at))
            .order(ByteOrder.LITTLE_ENDIAN);
    all.putLong(json.length + padding.length).put(json).put(padding);
    contents.tensors.values().forEach(tensor -> put(all, tensor.values()));
    return all.array();
  }

  /**
   * The contents of a file.
   *
   * @throws IOException if it cannot be read or is not a safetensors file of float32 tensors
   */
  public static Contents read(Path file) throws IOException {
    return parse(file, Files.readAllBytes(file));
  }

  /**
   * The contents of a file that has been read.
   *
   * @param file for messages
   * @throws IOException if this is not a safetensors file of float32 tensors
   */
  static Contents parse(Path file, byte[] all) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    long length = all.length < 8 ? -1 : buffer.getLong(0);
    if (length < 2 || length > all.length - 8L) {
      throw new IOException(file + ": not a safetensors file");
    }
    int begin = 8 + (int) length;
    try {
      String json = new String(all, 8, (int) length, StandardCharsets.UTF_8);
      Map<String, String> metadata = new LinkedHashMap<>();
      Map<String, Entry> tensors = new LinkedHashMap<>();
      for (var member : JsonParser.parseString(json).getAsJsonObject().entrySet()) {
        JsonObject object = member.getValue().getAsJsonObject();
        if (member.getKey().equals(METADATA)) {
          object.asMap().forEach((key, text) -> metadata.put(key, text.getAsString()));
        } else {
          tensors.put(member.getKey(), entry(buffer, begin, object));
        }
      }
      return new Contents(metadata, tensors);
    } catch (RuntimeException e) { // whatever a header that others wrote may lack or hold
      throw new IOException(file + ": a damaged safetensors file, or one of other than F32", e);
    }
  }

  private static Entry entry(ByteBuffer buffer, int begin, JsonObject description) {
    if (!description.get("dtype").getAsString().equals("F32")) {
      throw new IllegalArgumentException("needs F32");
    }
    List<Integer> shape =
        description.getAsJsonArray("shape").asList().stream().map(JsonElement::getAsInt).toList();
    JsonArray offsets = description.getAsJsonArray("data_offsets");
    int from = offsets.get(0).getAsInt();
    float[] values = new float[(offsets.get(1).getAsInt() - from) / 4];
    if (values.length != shape.stream().mapToLong(Integer::longValue).reduce(1, (a, b) -> a * b)) {
      throw new IllegalArgumentException("offsets do not fit the shape");
    }
    buffer
        .slice(begin + from, 4 * values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Entry(shape, values);
  }

  /** Little-endian bytes of float32 values; NaN is one value. */
  public static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    put(buffer, values);
    return buffer.array();
  }

  private static void put(ByteBuffer buffer, float[] values) {
    for (float value : values) {
      buffer.putInt(Float.floatToIntBits(value));
    }
  }
}
