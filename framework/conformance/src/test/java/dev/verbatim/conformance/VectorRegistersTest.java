package dev.verbatim.conformance;

import dev.verbatim.cpu.CpuBackend;
import dev.verbatim.cpu.VectorWidth;
import dev.verbatim.ops.Convolve;
import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Convolutions with the inner loops for 16 and for 32 vector registers, and for processors that
 * load 512 bits in halves and whole, whichever the machine has: the bits of the scalar loops, which
 * the rest of the suite holds against the reference.
 */
class VectorRegistersTest {
  private static final String REGISTERS = "verbatim.vector.registers";
  private static final String HALVES = "verbatim.vector.halves";
  private static final Backend SCALAR = new CpuBackend(1, VectorWidth.SCALAR);

  /** By the number of registers. */
  private static final Map<String, List<Backend>> DEVICES = new TreeMap<>();

  @BeforeAll
  static void open() {
    for (String registers : List.of("16", "32")) {
      System.setProperty(REGISTERS, registers);
      List<Backend> devices = new ArrayList<>();
      devices.add(new CpuBackend(2, VectorWidth.BITS_128));
      devices.add(new CpuBackend(2, VectorWidth.BITS_256));
      for (String halves : List.of("true", "false")) {
        System.setProperty(HALVES, halves);
        devices.add(new CpuBackend(2, VectorWidth.BITS_512));
      }
      DEVICES.put(registers, devices);
    }
    System.clearProperty(HALVES);
  }

  @AfterAll
  static void close() {
    System.clearProperty(REGISTERS);
    SCALAR.close();
    DEVICES.values().forEach(devices -> devices.forEach(Backend::close));
  }

  /** Strips of six and what is left of them, columns at the edges, panels full and in part. */
  @ParameterizedTest(name = "{0} channels")
  @ValueSource(ints = {1, 3, 5, 8, 16, 24, 32, 48, 64, 96, 112, 128})
  void channels(int channels) {
    for (int in : new int[] {3, channels}) {
      check(new Window(3, 3, 1, 1), Shape.of(2, 8, 8, in), channels);
      check(new Window(3, 3, 2, 1), Shape.of(2, 8, 8, in), channels);
      check(new Window(1, 1, 1, 0), Shape.of(2, 6, 6, in), channels);
    }
  }

  /** Rows of one strip and of several, of the first layer, shorter than either; oblong windows. */
  @ParameterizedTest(name = "{0}x{1}, {2} -> {3} channels, kernel {4}x{5}, stride {6}, padding {7}")
  @CsvSource({
    "16,16,16,16,3,3,1,1", "15,32,8,8,3,3,1,1", "14,14,32,16,3,3,1,0", "3,20,16,32,3,3,1,1",
    "32,32,3,8,3,3,1,0", "12,13,3,16,3,3,1,1", "9,11,3,24,3,3,1,0", "7,5,3,40,3,3,1,1",
    "17,17,16,24,3,3,2,1", "12,12,16,32,1,1,2,0", "10,10,8,16,5,5,1,2", "9,30,6,16,1,3,1,1",
    "1,18,16,16,3,3,1,1", "18,1,16,16,3,3,1,1"
  })
  void regions(
      int h, int w, int c, int out, int kernelHeight, int kernelWidth, int stride, int padding) {
    check(new Window(kernelHeight, kernelWidth, stride, padding), Shape.of(7, h, w, c), out);
  }

  /** In tiles: rows that fill groups of six only in threes, blocks as long as can be, few tiles. */
  @ParameterizedTest(name = "x[{0},{1},{1},{2}] -> {3} channels")
  @CsvSource({"4,64,64,64", "32,8,256,256", "2,4,272,512", "5,7,272,512"})
  void manyChannels(int n, int side, int in, int out) {
    check(new Window(3, 3, 1, 1), Shape.of(n, side, side, in), out);
  }

  private static void check(Window window, Shape x, int channels) {
    Shape weights = Shape.of(window.kernelHeight(), window.kernelWidth(), x.dim(3), channels);
    OpRun run = OpRun.of(new Convolve(window), 1, x, weights, Shape.of(channels));
    OpRun.Result expected = run.on(SCALAR);
    DEVICES.forEach(
        (registers, devices) -> {
          System.setProperty(REGISTERS, registers); // loops are loaded when a shape asks for them
          for (Backend device : devices) {
            BitEquality.compare(device, run, expected, run.on(device));
          }
        });
  }
}
