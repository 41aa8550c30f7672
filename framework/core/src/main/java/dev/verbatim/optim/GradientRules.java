package dev.verbatim.optim;

/**
 * What is done to gradients before any optimizer uses them.
 *
 * @param weightDecay factor of the weight in its gradient (AdamW: of the weight itself), at least 0
 * @param decaysBiasAndNorm whether parameters of one dimension decay too: biases, and the weights
 *     of normalizations
 * @param clipNorm largest norm of all gradients together, above which they are scaled down to it; 0
 *     for none
 * @param clipValue largest size of an element, to which it is cut; 0 for none
 */
public record GradientRules(
    float weightDecay, boolean decaysBiasAndNorm, float clipNorm, float clipValue) {
  /** Nothing is done. */
  public static final GradientRules NONE = new GradientRules(0f, true, 0f, 0f);

  /** Weight decay alone. */
  public static GradientRules decay(float weightDecay) {
    return new GradientRules(weightDecay, true, 0f, 0f);
  }
}
