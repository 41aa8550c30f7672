package dev.verbatim.cpu;

import dev.verbatim.tensor.Elementary;
import dev.verbatim.tensor.Tensor;

/** Sigmoid focal loss, by one thread: it is small beside everything before it. */
final class FocalLosses {
  private float value;
  private float slope;

  /** The loss of one element and its slope by z. */
  private void element(float z, float weight, float gamma) {
    float q = 1f / (1f + Elementary.exp(z));
    float p = 1f / (1f + Elementary.exp(-z));
    float l = Math.max(-z, 0f) + Elementary.log(1f + Elementary.exp(-Math.abs(z)));
    float power = gamma == 0f ? 1f : Elementary.exp(gamma * Elementary.log(q));
    float factor = weight * power;
    value = factor * l;
    slope = factor * (-(gamma * p * l) - q);
  }

  void forward(Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss) {
    float[] z = CpuStorage.floats(logits);
    int[] label = CpuStorage.ints(labels);
    float[] of = CpuStorage.floats(losses);
    int classes = logits.shape().dim(1);
    int n = logits.shape().dim(0);
    for (int i = 0; i < n; i++) {
      float sum = 0f;
      for (int j = 0; j < classes; j++) {
        boolean own = label[i] == j;
        float logit = z[i * classes + j];
        element(own ? logit : -logit, own ? alpha : 1f - alpha, gamma);
        sum += value;
      }
      of[i] = sum;
    }
    CpuStorage.floats(loss)[0] = Losses.mean(of, n);
  }

  void gradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits) {
    float[] z = CpuStorage.floats(logits);
    int[] label = CpuStorage.ints(labels);
    float[] to = CpuStorage.floats(dLogits);
    int classes = logits.shape().dim(1);
    float scale = CpuStorage.floats(dLoss)[0] / logits.shape().dim(0);
    for (int e = 0; e < logits.size(); e++) {
      boolean own = label[e / classes] == e % classes;
      element(own ? z[e] : -z[e], own ? alpha : 1f - alpha, gamma);
      float d = slope * scale;
      d = own ? d : -d;
      to[e] = accumulate ? to[e] + d : d;
    }
  }
}
