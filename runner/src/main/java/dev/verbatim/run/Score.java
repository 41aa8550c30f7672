package dev.verbatim.run;

/**
 * What a pass over a split gave.
 *
 * @param loss mean over the images
 * @param accuracy percentage of images whose class had the largest logit
 * @param top5 percentage of images whose class was among the five largest
 */
record Score(double loss, double accuracy, double top5) {
  static Score of(double[] totals, long images) {
    return new Score(totals[0] / images, 100.0 * totals[1] / images, 100.0 * totals[2] / images);
  }
}
