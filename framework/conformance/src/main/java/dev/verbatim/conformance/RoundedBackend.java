package dev.verbatim.conformance;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.NormKernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * BFLOAT16 by the sentences of {@link Kernels} on a device that does not have it: its tensors are
 * FLOAT32 ones of that device, whose values are rounded after each kernel that takes them; weights
 * are rounded before they are multiplied. Sums keep the device's orders.
 */
final class RoundedBackend implements Backend {
  private record Rounded(Tensor tensor) implements Storage {
    @Override
    public DType type() {
      return DType.BFLOAT16;
    }

    @Override
    public long capacity() {
      return tensor.storage().capacity();
    }
  }

  private final Backend device;
  private final Kernels kernels;
  private float[] values = {};

  RoundedBackend(Backend device) {
    this.device = device;
    NormKernels norms = rounding(NormKernels.class, device.kernels().norms(), this);
    this.kernels = rounding(Kernels.class, device.kernels(), norms);
  }

  /** The nearest number of BFLOAT16, of two the one whose last bit is 0. */
  static float rounded(float value) {
    int bits = Float.floatToRawIntBits(value);
    return Float.isNaN(value)
        ? value
        : Float.intBitsToFloat(bits + 0x7fff + (bits >>> 16 & 1) & 0xffff0000);
  }

  private static Tensor inner(Tensor tensor) {
    return tensor.storage() instanceof Rounded r
        ? new Tensor(tensor.shape(), r.tensor.storage())
        : tensor;
  }

  private <T> T rounding(Class<T> kind, T kernels, Object norms) {
    return kind.cast(
        Proxy.newProxyInstance(
            kind.getClassLoader(),
            new Class<?>[] {kind},
            (proxy, method, arguments) -> {
              if (method.getReturnType() == NormKernels.class) {
                return norms;
              }
              return method.isDefault() // then it says what it does: each of it is rounded
                  ? InvocationHandler.invokeDefault(proxy, method, arguments)
                  : call(kernels, method, arguments);
            }));
  }

  private Object call(Object kernels, Method method, Object[] arguments) throws Throwable {
    boolean any = false;
    for (Object argument : arguments) {
      any |= argument instanceof Tensor t && t.type() == DType.BFLOAT16;
    }
    int weights =
        switch (method.getName()) {
          case "convolve", "convolveInputGradient", "gemm" -> 2;
          case "affine" -> 1;
          default -> -1;
        };
    Object[] given = arguments.clone();
    for (int i = 0; i < given.length; i++) {
      if (given[i] instanceof Tensor t) {
        given[i] = any && i == weights ? roundedCopy(inner(t)) : inner(t);
      }
    }
    try {
      Object nothing = method.invoke(kernels, given);
      roundResults(arguments, method.getName().equals("inputGradient") ? 2 : 1);
      return nothing;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      if (any && weights >= 0) {
        device.release((Tensor) given[weights]);
      }
    }
  }

  /** Results come last among the tensors of a kernel. */
  private void roundResults(Object[] arguments, int count) {
    int left = count;
    for (int i = arguments.length - 1; i >= 0 && left > 0; i--) {
      if (arguments[i] instanceof Tensor t && t.type() == DType.BFLOAT16) {
        round(inner(t), inner(t));
        left--;
      }
    }
  }

  private Tensor roundedCopy(Tensor tensor) {
    Tensor copy = device.allocate(DType.FLOAT32, tensor.shape());
    round(tensor, copy);
    return copy;
  }

  private void round(Tensor from, Tensor to) {
    int size = from.size();
    values = values.length < size ? new float[size] : values;
    device.read(from, values);
    for (int i = 0; i < size; i++) {
      values[i] = rounded(values[i]);
    }
    device.write(to, values);
  }

  @Override
  public String name() {
    return device.name();
  }

  @Override
  public String description() {
    return device.description() + ", rounded to bf16";
  }

  @Override
  public Kernels kernels() {
    return kernels;
  }

  @Override
  public Tensor allocate(DType type, Shape shape) {
    return type == DType.BFLOAT16
        ? new Tensor(shape, new Rounded(device.allocate(DType.FLOAT32, shape)))
        : device.allocate(type, shape);
  }

  @Override
  public void release(Tensor tensor) {
    device.release(inner(tensor));
  }

  @Override
  public long allocatedBytes() {
    return device.allocatedBytes();
  }

  @Override
  public void write(Tensor tensor, float[] values) {
    device.write(tensor, values);
  }

  @Override
  public void write(Tensor tensor, int[] values) {
    device.write(tensor, values);
  }

  @Override
  public void write(Tensor tensor, double[] values) {
    device.write(tensor, values);
  }

  @Override
  public void read(Tensor tensor, float[] values) {
    device.read(tensor, values);
  }

  @Override
  public void read(Tensor tensor, double[] values) {
    device.read(tensor, values);
  }

  @Override
  public Tensor wrap(MemorySegment bytes, Shape shape) {
    return device.wrap(bytes, shape);
  }

  @Override
  public void close() {
    device.close();
  }
}
