package dev.verbatim.tensor;

/**
 * The arithmetic that a device must offer. Kernels neither check nor allocate: shapes have been
 * checked by the op that calls.
 *
 * <p>Every kernel's order of additions is part of its definition (numerics version 4) and depends
 * on shapes alone. {@code fma(a, b, c)} is {@code a·b + c} rounded once; a sum starts at +0 unless
 * said otherwise. Where a kernel takes {@code accumulate}, the sum S is formed first in any case;
 * then the output becomes {@code out + S} if {@code accumulate}, else {@code S}.
 *
 * <p>A device that has BFLOAT16 takes activations and gradients by them in it, all of a call alike.
 * Parameters and their gradients, statistics and everything else stay FLOAT32, and so does the
 * arithmetic: a result is rounded to BFLOAT16, to nearest even, as it is written. Weights of
 * convolutions and matrix products are rounded to BFLOAT16 before they are multiplied. Orders of
 * additions are then the device's affair, but the same at each call.
 *
 * <p>Images are NHWC; weights of a convolution are {@code [kernelHeight, kernelWidth, in, out]}.
 */
public interface Kernels {
  /** Which operand of a matrix product is read transposed. */
  enum Transpose {
    /** {@code C[m,n] = A[m,k] · B[k,n]}. */
    NN,
    /** {@code C[m,n] = A[m,k] · B[n,k]ᵀ}. */
    NT,
    /** {@code C[m,n] = A[k,m]ᵀ · B[k,n]}. */
    TN
  }

  /**
   * Does work in which calls of one kernel follow each other on tensors that have nothing in
   * common, such as the steps of an optimizer on one parameter after another: a device may do such
   * calls at once. To the same bits it is the work alone, which is the default.
   */
  default void together(Runnable work) {
    work.run();
  }

  /** {@code x = value}. */
  void fill(Tensor x, float value);

  /** {@code y = x}, or {@code y + x}, rounded to y's type where it is another than x's. */
  void copy(Tensor x, boolean accumulate, Tensor y);

  /** {@code c = a + b}. */
  void add(Tensor a, Tensor b, Tensor c);

  /** Matrix product; each element adds over k in index order. */
  void gemm(Transpose transpose, Tensor a, Tensor b, boolean accumulate, Tensor c);

  /**
   * {@code y[m,n] = x[m,k] · w[k,n] + bias[n]}; each element starts at its bias (or +0) and adds
   * over k in index order.
   */
  void affine(Tensor x, Tensor w, Tensor bias, Tensor y);

  /**
   * Sums of columns: {@code out[c] = Σ dY[b,r,c]} with dY read as {@code [blocks, rows, channels]}.
   * Each block adds its rows in index order; the blocks' sums are then added in index order.
   */
  void sumRows(Tensor dY, int blocks, boolean accumulate, Tensor out);

  /**
   * {@code y[n,h,w,o] = bias[o] + Σ x[n, h·stride+i-padding, w·stride+j-padding, c] · w[i,j,c,o]}:
   * each element starts at its bias (or +0) and adds over the (i, j, c) inside the input, in that
   * order: padding is not part of the sum. Where {@link #inTiles}, this and both gradients have the
   * order that NUMERICS.md gives convolutions in tiles instead.
   */
  void convolve(Window window, Tensor x, Tensor w, Tensor bias, Tensor y);

  /**
   * {@link #convolve} without a bias and {@link NormKernels#channelAffine} of its result, to the
   * same bits: one after another, in place, unless a device does them at once.
   */
  default void convolveAffine(
      Window window,
      Tensor x,
      Tensor w,
      Tensor scale,
      Tensor shift,
      Tensor residual,
      boolean relu,
      Tensor y) {
    convolve(window, x, w, Tensor.none(), y);
    norms().channelAffine(y, scale, shift, residual, relu, y);
  }

  /**
   * Gradient of {@link #convolve} by its input: each element of dX adds {@code dY[n,h,w,o] ·
   * w[i,j,c,o]} over the rows h, columns w and channels o, in that order, of the outputs whose
   * window covers it.
   */
  void convolveInputGradient(Window window, Tensor dY, Tensor w, boolean accumulate, Tensor dX);

  /**
   * Gradient of {@link #convolve} by its weights: {@code dW[i,j,c,o] = Σ x · dY[n,h,w,o]}. The
   * images are cut into blocks of {@link #imagesPerBlock}; a block adds over its (n, h, w) whose
   * window has the weight inside the input, in that order, and the blocks' sums are added in index
   * order.
   */
  void convolveWeightGradient(Window window, Tensor x, Tensor dY, boolean accumulate, Tensor dW);

  /** {@code y = x <= 0 ? +0 : x}: NaN stays NaN. */
  void relu(Tensor x, Tensor y);

  /** {@code dX = y <= 0 ? +0 : dY}. */
  void reluGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX);

  /** Batch normalization. */
  NormKernels norms();

  /** {@code y = f(x)}, element by element. */
  void activate(Activation f, Tensor x, Tensor y);

  /** {@code dX = dY · slope}, the slope of f at x, where it is y. */
  void activateGradient(Activation f, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX);

  /**
   * Dropout, forward and backward alike: {@code y = keep ? x · scale : +0}. Element e is kept if
   * the 16 bits of it are at least {@code threshold}: the low half, for an odd e the high half, of
   * the word {@code e / 2 % 4} of Philox block {@code e / 8} of (seed, DROPOUT, epoch, {@code step
   * · 256 + layer}).
   *
   * @param random INT32: seed (low, high), epoch, step
   */
  void dropout(
      Tensor x, Tensor random, int layer, int threshold, float scale, boolean accumulate, Tensor y);

  /** Mean of each window, added over (row, column) and divided by its size; no padding. */
  void averagePool(Window window, Tensor x, Tensor y);

  /**
   * Gradient of {@link #averagePool}: each element of dX adds the dY of the windows that cover it
   * over (row, column) of the windows, and is divided by the window's size.
   */
  void averagePoolGradient(Window window, Tensor dY, boolean accumulate, Tensor dX);

  /** {@code y[n,h,w,c] = x[n, h·stride, w·stride, c]}, +0 for channels that x does not have. */
  void subsamplePad(int stride, Tensor x, Tensor y);

  /** Gradient of {@link #subsamplePad}: +0 for pixels that were left out. */
  void subsamplePadGradient(int stride, Tensor dY, boolean accumulate, Tensor dX);

  /**
   * {@code y[i,j] = (x[i,j] - m) - log(s)} with m the largest of the row and s the sum of exp(x -
   * m) in index order.
   */
  void logSoftmax(Tensor x, Tensor y);

  /** {@code dX[i,j] = fma(-exp(y[i,j]), S, dY[i,j])}, S the sum of dY's row in index order. */
  void logSoftmaxGradient(Tensor y, Tensor dY, boolean accumulate, Tensor dX);

  /**
   * The largest value of each window, the first in (row, column) order where equal, NaN where there
   * is one; padding is never the largest.
   */
  void maxPool(Window window, Tensor x, Tensor y);

  /**
   * Gradient of {@link #maxPool}: each element of dX adds, starting at +0, the dY of the windows in
   * which it was the first that equals y (or is NaN with it), over (row, column) of the windows in
   * that order.
   */
  void maxPoolGradient(Window window, Tensor x, Tensor y, Tensor dY, boolean accumulate, Tensor dX);

  /**
   * Softmax and cross-entropy of each row of {@code logits[n,k]}: with m the largest logit, {@code
   * e[j] = exp(logit[j] - m)}, s the sum of e in index order, {@code probabilities[j] = e[j] / s}
   * and {@code losses[i] = log(s) - (logit[label] - m)}. With {@code smoothing > 0} it is {@code
   * log(s) - fma(smoothing, mean - own, own)} with {@code own = logit[label] - m} and mean the sum
   * of {@code logit - m} in index order divided by the classes. {@code loss[0]} is the sum of
   * losses in index order divided by n.
   */
  void softmaxCrossEntropy(
      Tensor logits,
      Tensor labels,
      float smoothing,
      Tensor probabilities,
      Tensor losses,
      Tensor loss);

  /**
   * {@code dLogits[i,j] = (probabilities[i,j] - t) · (dLoss[0] / n)} with t 1 for the label and 0
   * for others; with {@code smoothing > 0} others have {@code smoothing / classes} and the label
   * that {@code + (1 - smoothing)}.
   */
  void softmaxCrossEntropyGradient(
      Tensor probabilities,
      Tensor labels,
      float smoothing,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits);

  /**
   * Sigmoid focal loss of each row of {@code logits[n,k]} against one-hot labels: with z the logit
   * of the label and minus the logit of others, {@code q = 1 / (1 + exp(z))}, {@code l = max(-z, 0)
   * + log(1 + exp(-|z|))}, {@code w = alpha} for the label and {@code 1 - alpha} for others, an
   * element is {@code w · q^gamma · l}, the power being {@code exp(gamma · log(q))}, 1 for gamma 0;
   * {@code losses[i]} adds the elements in index order and {@code loss[0]} is the sum of losses in
   * index order divided by n. Lin et al. (2017).
   */
  void focalLoss(
      Tensor logits, Tensor labels, float alpha, float gamma, Tensor losses, Tensor loss);

  /**
   * Gradient of {@link #focalLoss}: by z, {@code w · q^gamma · (-(gamma · p · l) - q)} with {@code
   * p = 1 / (1 + exp(-z))}, times {@code dLoss[0] / n}; by the logit of a class that is not the
   * label, minus that.
   */
  void focalLossGradient(
      Tensor logits,
      Tensor labels,
      float alpha,
      float gamma,
      Tensor dLoss,
      boolean accumulate,
      Tensor dLogits);

  /**
   * Adds to the FLOAT64 {@code totals}: [0] the losses in index order, [1] rows whose label has the
   * largest logit, [2] rows whose label is among the five largest. Among equals the lower class
   * comes first; a label with a NaN logit is wrong.
   */
  void score(Tensor logits, Tensor labels, Tensor losses, Tensor totals);

  /**
   * One step of stochastic gradient descent, as PyTorch defines it: {@code g = fma(decay, p, dP)},
   * {@code v = fma(momentum, v, g)}, {@code p = fma(-rate, nesterov ? fma(momentum, v, g) : v, p)}.
   *
   * @param rate the learning rate, one element on the device
   */
  void sgd(
      Tensor p, Tensor dP, Tensor v, Tensor rate, float momentum, float decay, boolean nesterov);

  /**
   * One step of Adam, as PyTorch defines it, with {@code numbers} = (rate, rate / (1 - β1^t), 1 /
   * sqrt(1 - β2^t), 1 - rate · decay): {@code g = fma(decay, p, dP)} (decoupled: {@code g = dP} and
   * {@code p = p · numbers[3]} where decay is not 0), {@code m = fma(1 - β1, g - m, m)}, {@code v =
   * fma((1 - β2) · g, g, β2 · v)}, {@code p = fma(-numbers[1], m / fma(sqrt(v), numbers[2],
   * epsilon), p)}.
   *
   * @param m mean of gradients
   * @param v mean of their squares
   * @param numbers what changes from step to step, on the device
   */
  void adam(
      Tensor p,
      Tensor dP,
      Tensor m,
      Tensor v,
      Tensor numbers,
      float oneMinusBeta1,
      float beta2,
      float oneMinusBeta2,
      float epsilon,
      float decay,
      boolean decoupled);

  /**
   * One step of RMSprop, as PyTorch defines it: {@code g = fma(decay, p, dP)}, {@code s = fma((1 -
   * α) · g, g, α · s)}, {@code v = fma(momentum, v, g / (sqrt(s) + epsilon))}, {@code p =
   * fma(-rate, v, p)}.
   */
  void rmsProp(
      Tensor p,
      Tensor dP,
      Tensor s,
      Tensor v,
      Tensor rate,
      float alpha,
      float oneMinusAlpha,
      float epsilon,
      float momentum,
      float decay);

  /** Elements above {@code limit} become it, those below minus it become that; NaN stays. */
  void clamp(Tensor x, float limit);

  /** {@code total[0] = 0}, a FLOAT64. */
  void startSquares(Tensor total);

  /** Elements of {@link #addSquares} that are summed one after another. */
  int SQUARES_IN_BLOCK = 4096;

  /**
   * Adds the squares of x to {@code total[0]}, a FLOAT64, all in float64, where a square is exact:
   * blocks of {@value #SQUARES_IN_BLOCK} elements are summed from +0 in index order, their sums are
   * added in order, and that is added to the total.
   */
  void addSquares(Tensor x, Tensor total);

  /**
   * {@code factor[0] = min(1, limit / (norm + 1e-6))}, norm the float32 of {@code sqrt(total[0])}.
   */
  void clipFactor(Tensor total, float limit, Tensor factor);

  /** {@code x = x · factor[0]}. */
  void scale(Tensor x, Tensor factor);

  /**
   * Adds to {@code count[0]}, a FLOAT64, how many elements of x are NaN or infinite; exact in any
   * order.
   */
  void countNotFinite(Tensor x, Tensor count);

  /**
   * A batch from UINT8 images: {@code x[b,h,w,c] = fma(images[indices[b],h,w,c], scale[c],
   * shift[c])}.
   *
   * @param indices INT32, as many as the batch of {@code x}
   */
  void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x);

  /**
   * A batch of augmented images, on a device that {@linkplain Backend#augments has it}: {@code
   * x[b]} is the UINT8 image at {@code indices[b]}, each byte times 1 / 255, with the changes of a
   * list in turn, which draw from Philox(seed, AUGMENT, epoch, {@code indices[b]}).
   *
   * @param indices INT32, as many as the batch of {@code x}
   * @param random INT32: seed (low, high), epoch, step
   * @param program INT32: the list, as {@code dev.verbatim.augment.Program} writes it
   */
  default void augmentImages(
      Tensor images, Tensor indices, Tensor random, Tensor program, Tensor x) {
    throw new UnsupportedOperationException("this device has no augmentation of its own");
  }

  /** Above this many partial sums in all, the blocks of a weight gradient grow. */
  int MAX_PARTIAL_SUMS = 1 << 20;

  /**
   * The block rule of weight gradients: one image to a block, unless the blocks' partial sums
   * together would be more than {@link #MAX_PARTIAL_SUMS}; then as many images to a block as keep
   * them under it.
   */
  static int imagesPerBlock(int images, int weights) {
    int blocks = Math.clamp(MAX_PARTIAL_SUMS / weights, 1, images);
    return Math.ceilDiv(images, blocks);
  }

  /** A tile of outputs of {@link #inTiles} is so many squared. */
  int TILE = 4;

  /** Pairs of channels in tiles, at most: 36 values of each are counted with an int. */
  int MOST_TILE_PAIRS = 1 << 24;

  /** Channels of tiles come in multiples of so many. */
  int TILE_CHANNELS = 16;

  /**
   * Whether a convolution and its gradients are computed in tiles: by Winograd's F(4x4, 3x3), in
   * another order of additions. So are those of 3x3 with stride 1 and padding 1 over images no
   * smaller than a tile, of multiples of {@link #TILE_CHANNELS} channels to multiples of as many,
   * but not of more than {@link #MOST_TILE_PAIRS}.
   *
   * @param x shape of the input
   * @param out channels of the output
   */
  static boolean inTiles(Window window, Shape x, int out) {
    return window.kernelHeight() == 3
        && window.kernelWidth() == 3
        && window.stride() == 1
        && window.padding() == 1
        && x.dim(1) >= TILE
        && x.dim(2) >= TILE
        && x.dim(3) % TILE_CHANNELS == 0
        && out % TILE_CHANNELS == 0
        && (long) x.dim(3) * out <= MOST_TILE_PAIRS;
  }

  /** How many tiles cover images [n, height, width, channels]. */
  static int tiles(Shape images) {
    return images.dim(0) * Math.ceilDiv(images.dim(1), TILE) * Math.ceilDiv(images.dim(2), TILE);
  }
}
