package dev.verbatim.run;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
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
final class SafeTensors {
  /** One tensor on the host. */
  record Entry(List<Integer> shape, float[] values) {}

  private SafeTensors() {}

  /** Writes all tensors in the map's order. */
  static void write(Map<String, Entry> tensors, OutputStream out) throws IOException {
    JsonObject header = new JsonObject();
    long at = 0;
    for (var tensor : tensors.entrySet()) {
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
    String json = header.toString();
    json += " ".repeat(Math.floorMod(-json.length(), 8));
    byte[] text = json.getBytes(StandardCharsets.UTF_8);
    out.write(ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(text.length).array());
    out.write(text);
    for (Entry tensor : tensors.values()) {
      out.write(bytes(tensor.values()));
    }
  }

  /**
   * Reads all tensors of a file.
   *
   * @throws IOException if it cannot be read or is not a safetensors file of float32 tensors
   */
  static Map<String, Entry> read(Path file) throws IOException {
    byte[] all = Files.readAllBytes(file);
    ByteBuffer buffer = ByteBuffer.wrap(all).order(ByteOrder.LITTLE_ENDIAN);
    long length = all.length < 8 ? -1 : buffer.getLong(0);
    if (length < 2 || length > all.length - 8L) {
      throw new IOException(file + ": not a safetensors file");
    }
    int begin = 8 + (int) length;
    try {
      String json = new String(all, 8, (int) length, StandardCharsets.UTF_8);
      Map<String, Entry> tensors = new LinkedHashMap<>();
      for (var tensor : JsonParser.parseString(json).getAsJsonObject().entrySet()) {
        if (!tensor.getKey().equals("__metadata__")) {
          tensors.put(tensor.getKey(), entry(buffer, begin, tensor.getValue().getAsJsonObject()));
        }
      }
      return tensors;
    } catch (JsonParseException | IllegalStateException | IndexOutOfBoundsException e) {
      throw new IOException(file + ": a damaged safetensors file", e);
    }
  }

  private static Entry entry(ByteBuffer buffer, int begin, JsonObject description) {
    if (!description.get("dtype").getAsString().equals("F32")) {
      throw new IllegalStateException("needs F32");
    }
    List<Integer> shape =
        description.getAsJsonArray("shape").asList().stream().map(JsonElement::getAsInt).toList();
    JsonArray offsets = description.getAsJsonArray("data_offsets");
    int from = offsets.get(0).getAsInt();
    float[] values = new float[(offsets.get(1).getAsInt() - from) / 4];
    buffer
        .slice(begin + from, 4 * values.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return new Entry(shape, values);
  }

  /** Little-endian bytes of float32 values; NaN is one value. */
  static byte[] bytes(float[] values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putInt(Float.floatToIntBits(value));
    }
    return buffer.array();
  }
}
