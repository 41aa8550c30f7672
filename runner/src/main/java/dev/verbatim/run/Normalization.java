package dev.verbatim.run;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Tensor;
import java.util.List;

/**
 * How bytes become numbers, for each channel: {@code fma(byte, scale, shift)} with {@code scale = 1
 * / (255 · std)} and {@code shift = -mean / std}, both computed in double and rounded once.
 */
record Normalization(Tensor scale, Tensor shift) implements Gathering {
  /** From means and standard deviations of pixels in [0, 1]; empty lists keep pixels in [0, 1]. */
  static Normalization of(Backend backend, int channels, List<Double> mean, List<Double> std) {
    float[] scale = new float[channels];
    float[] shift = new float[channels];
    for (int c = 0; c < channels; c++) {
      double deviation = std.isEmpty() ? 1 : std.get(c);
      double centre = mean.isEmpty() ? 0 : mean.get(c);
      scale[c] = (float) (1 / (255 * deviation));
      shift[c] = (float) (0.0 - centre / deviation);
    }
    return new Normalization(onDevice(backend, scale), onDevice(backend, shift));
  }

  @Override
  public void gather(Kernels k, Tensor images, Tensor indices, Tensor random, Tensor x) {
    k.gatherImages(images, indices, scale, shift, x);
  }

  private static Tensor onDevice(Backend backend, float[] values) {
    Tensor tensor = backend.allocate(DType.FLOAT32, Shape.of(values.length));
    backend.write(tensor, values);
    return tensor;
  }
}
