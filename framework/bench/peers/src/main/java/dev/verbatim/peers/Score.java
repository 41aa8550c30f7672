package dev.verbatim.peers;

/**
 * How good logits are, the same arithmetic for every contender.
 *
 * @param losses sum over the images
 */
record Score(long images, double losses, long correct) {
  static final Score NONE = new Score(0, 0, 0);

  /** Of logits {@code [n,classes]}; among equals the lower class comes first. */
  static Score of(float[] logits, int[] labels) {
    int classes = logits.length / labels.length;
    double losses = 0;
    long correct = 0;
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int c = 1; c < classes; c++) {
        best = logits[i * classes + c] > logits[i * classes + best] ? c : best;
      }
      double sum = 0;
      for (int c = 0; c < classes; c++) {
        sum += StrictMath.exp(logits[i * classes + c] - logits[i * classes + best]);
      }
      losses += StrictMath.log(sum) + logits[i * classes + best] - logits[i * classes + labels[i]];
      correct += best == labels[i] ? 1 : 0;
    }
    return new Score(labels.length, losses, correct);
  }

  /** Both together. */
  Score with(Score other) {
    return new Score(images + other.images, losses + other.losses, correct + other.correct);
  }

  /** Mean over the images. */
  double loss() {
    return losses / images;
  }

  /** In per cent. */
  double accuracy() {
    return 100.0 * correct / images;
  }
}
