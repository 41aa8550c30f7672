package dev.verbatim.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.store.SafeTensors.Contents;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafeTensorsTest {
  @TempDir Path folder;

  private static Map<String, SafeTensors.Entry> tensors() {
    Map<String, SafeTensors.Entry> tensors = new LinkedHashMap<>();
    tensors.put("b", new SafeTensors.Entry(List.of(2), new float[] {1f, -2f}));
    tensors.put(
        "a", new SafeTensors.Entry(List.of(1, 3), new float[] {0.5f, Float.MIN_VALUE, Float.NaN}));
    return tensors;
  }

  /** The bytes that the format's description asks for, by hand. */
  @Test
  void hasTheBytesOfTheFormat() throws IOException {
    byte[] bytes = SafeTensors.bytes(new Contents(Map.of(), tensors()));
    String header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"a\":{\"dtype\":\"F32\",\"shape\":[1,3],\"data_offsets\":[8,20]}}";
    int padded = (header.length() + 7) / 8 * 8;
    assertEquals(padded, bytes[0]);
    assertEquals(header, new String(bytes, 8, padded, StandardCharsets.UTF_8).stripTrailing());
    assertArrayEquals(
        new byte[] {0, 0, (byte) 0x80, 0x3f, 0, 0, 0, (byte) 0xc0},
        Arrays.copyOfRange(bytes, 8 + padded, 16 + padded));
    assertEquals(8 + padded + 20, bytes.length);
  }

  @Test
  void readsWhatItWroteAndRefusesWhatIsCut() throws IOException {
    Path file = folder.resolve("w.safetensors");
    Files.write(file, SafeTensors.bytes(new Contents(Map.of("epoch", "3"), tensors())));
    assertEquals(Map.of("epoch", "3"), SafeTensors.read(file).metadata());
    Map<String, SafeTensors.Entry> read = SafeTensors.read(file).tensors();
    assertEquals(List.of("b", "a"), List.copyOf(read.keySet()));
    assertArrayEquals(tensors().get("a").values(), read.get("a").values());
    byte[] whole = Files.readAllBytes(file);
    for (int length : new int[] {0, 7, 20, whole.length - 1}) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThrows(IOException.class, () -> SafeTensors.read(file), "cut to " + length);
    }
  }
}
