package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuCtxSetCurrent;
import static jcuda.driver.JCudaDriver.cuDeviceGet;
import static jcuda.driver.JCudaDriver.cuDeviceGetAttribute;
import static jcuda.driver.JCudaDriver.cuDeviceGetCount;
import static jcuda.driver.JCudaDriver.cuDeviceGetName;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRelease;
import static jcuda.driver.JCudaDriver.cuDevicePrimaryCtxRetain;
import static jcuda.driver.JCudaDriver.cuDeviceTotalMem;
import static jcuda.driver.JCudaDriver.cuDriverGetVersion;
import static jcuda.driver.JCudaDriver.cuGetErrorName;
import static jcuda.driver.JCudaDriver.cuGetErrorString;
import static jcuda.driver.JCudaDriver.cuInit;

import dev.verbatim.tensor.BackendException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUresult;

/** The driver and its first GPU. */
final class Driver implements AutoCloseable {
  private static final String LIBRARY = "libcuda.so.1";
  private static final int NEEDED_VERSION = 12_000;
  private static final int NEEDED_CAPABILITY = 75;
  private static final int NEEDED_FOR_BFLOAT16 = 80;

  /** Up to this capability a multiprocessor does 64 FMAs in a clock, later ones 128. */
  private static final int LAST_OF_64_LANES = 80;

  private final CUdevice device;
  private final String name;
  private final int capability;
  private final String description;
  private final long memoryBytes;
  private final double flopsPerSecond;
  private final double tensorFlopsPerSecond;

  private Driver(
      CUdevice device,
      String name,
      int capability,
      String description,
      long memoryBytes,
      double flopsPerSecond,
      double tensorFlopsPerSecond) {
    this.device = device;
    this.name = name;
    this.capability = capability;
    this.description = description;
    this.memoryBytes = memoryBytes;
    this.flopsPerSecond = flopsPerSecond;
    this.tensorFlopsPerSecond = tensorFlopsPerSecond;
  }

  /**
   * Finds the first GPU.
   *
   * @throws BackendException if there is no driver, it is too old, or there is no GPU that it can
   *     use
   */
  static Driver find() {
    load();
    int initialized = cuInit(0);
    if (initialized == CUresult.CUDA_ERROR_NO_DEVICE) {
      throw new BackendException("cuda: the driver finds no GPU");
    }
    check(initialized, "the driver does not start");
    int[] version = new int[1];
    check(cuDriverGetVersion(version), "the driver does not tell its version");
    if (version[0] < NEEDED_VERSION) {
      throw new BackendException(
          "cuda: needs a driver for CUDA 12.0 or newer (525 and on), the one here is for CUDA "
              + dotted(version[0]));
    }
    int[] count = new int[1];
    check(cuDeviceGetCount(count), "GPUs cannot be counted");
    if (count[0] == 0) {
      throw new BackendException("cuda: the driver finds no GPU");
    }
    CUdevice device = new CUdevice();
    check(cuDeviceGet(device, 0), "the first GPU cannot be opened");
    String name = name(device);
    int major = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    int minor = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    if (major * 10 + minor < NEEDED_CAPABILITY) {
      throw new BackendException(
          "cuda: needs a GPU of compute capability 7.5 or newer, "
              + name
              + " has "
              + major
              + "."
              + minor);
    }
    long[] memory = new long[1];
    check(cuDeviceTotalMem(memory, device), name + " does not tell its memory");
    int lanes = major * 10 + minor <= LAST_OF_64_LANES ? 64 : 128;
    long multiprocessors =
        attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
    long kilohertz = attribute(device, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_CLOCK_RATE);
    return new Driver(
        device,
        name,
        major * 10 + minor,
        "CUDA, %s, compute capability %d.%d, %d MiB, driver for CUDA %s"
            .formatted(name, major, minor, memory[0] >> 20, dotted(version[0])),
        memory[0],
        2e3 * lanes * multiprocessors * kilohertz,
        2e3 * tensorProducts(major, minor) * multiprocessors * kilohertz);
  }

  /** Of the device. */
  long memoryBytes() {
    return memoryBytes;
  }

  /** Of FMAs in float32, two FLOPs each, at the highest clock that the device tells. */
  double flopsPerSecond() {
    return flopsPerSecond;
  }

  /** Of products of BFLOAT16 matrices on tensor cores, as {@link #flopsPerSecond}. */
  double tensorFlopsPerSecond() {
    return tensorFlopsPerSecond;
  }

  /** Multiply-adds in BFLOAT16 that a multiprocessor's tensor cores do in a clock. */
  private static int tensorProducts(int major, int minor) {
    return switch (major) {
      case 8 -> minor == 0 ? 1024 : 512;
      case 9 -> 2048;
      case 10 -> 4096;
      default -> major < 8 ? 0 : 512;
    };
  }

  /** Makes it current for the calling thread. */
  Driver open() {
    CUcontext context = new CUcontext();
    check(cuDevicePrimaryCtxRetain(context, device), "the GPU cannot be used");
    check(cuCtxSetCurrent(context), "the GPU cannot be used");
    return this;
  }

  /** Asks for the driver first, so that its absence is told apart from that of JCuda's natives. */
  @SuppressWarnings("restricted") // native access is enabled where the program is started
  private static void load() {
    try (Arena arena = Arena.ofConfined()) {
      var _ = SymbolLookup.libraryLookup(LIBRARY, arena);
    } catch (IllegalArgumentException e) {
      throw new BackendException("cuda: no NVIDIA driver here: " + LIBRARY + " cannot be loaded");
    }
    try {
      jcuda.driver.JCudaDriver.setExceptionsEnabled(false);
    } catch (LinkageError e) {
      throw new BackendException(
          "cuda: JCuda's natives are for linux-x86_64, this is "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
  }

  private static String dotted(int version) {
    return version / 1000 + "." + version % 1000 / 10;
  }

  private static String name(CUdevice device) {
    byte[] bytes = new byte[256];
    check(cuDeviceGetName(bytes, bytes.length, device), "the first GPU does not tell its name");
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
  }

  private static int attribute(CUdevice device, int attribute) {
    int[] value = new int[1];
    check(
        cuDeviceGetAttribute(value, attribute, device),
        "the first GPU does not tell what it is capable of");
    return value[0];
  }

  /** What the GPU is called. */
  String name() {
    return name;
  }

  /** Why it does not compute in bf16. */
  Optional<String> missingBfloat16() {
    return capability >= NEEDED_FOR_BFLOAT16
        ? Optional.empty()
        : Optional.of(
            "cuda: bf16 needs a GPU of compute capability 8.0 or newer, %s has %d.%d"
                .formatted(name, capability / 10, capability % 10));
  }

  String description() {
    return description;
  }

  /**
   * Refuses what a call of the driver gave, unless it is success.
   *
   * @param what went wrong if it did
   * @throws BackendException naming the driver's error
   */
  static void check(int result, String what) {
    if (result != CUresult.CUDA_SUCCESS) {
      String[] name = {""};
      String[] text = {""};
      int _ = cuGetErrorName(result, name);
      int _ = cuGetErrorString(result, text);
      throw new BackendException("cuda: " + what + ": " + name[0] + " (" + text[0] + ")");
    }
  }

  @Override
  public void close() {
    int _ = cuDevicePrimaryCtxRelease(device);
  }
}
