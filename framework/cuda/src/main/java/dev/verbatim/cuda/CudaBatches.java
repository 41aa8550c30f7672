package dev.verbatim.cuda;

import dev.verbatim.tensor.Kernels;
import dev.verbatim.tensor.Tensor;

/**
 * Batches from the bytes of a dataset on the GPU: launches of {@code src/main/cuda/batches.cu} and
 * {@code augmentations.cu}.
 */
final class CudaBatches {
  private final Launch launch;
  private final Scratch scratch;

  CudaBatches(Launch launch, Scratch scratch) {
    this.launch = launch;
    this.scratch = scratch;
  }

  /** As {@link Kernels#gatherImages}. */
  void gatherImages(Tensor images, Tensor indices, Tensor scale, Tensor shift, Tensor x) {
    launch
        .of("gatherImages")
        .moving(x.size())
        .with(CudaStorage.address(images))
        .with(indices)
        .with(scale)
        .with(shift)
        .with(x)
        .with(x.size() / x.shape().dim(0))
        .with(scale.size())
        .with(x.size())
        .over(x.size());
  }

  /** As {@link Kernels#augmentImages}. */
  void augmentImages(Tensor images, Tensor indices, Tensor random, Tensor program, Tensor x) {
    int batch = x.shape().dim(0);
    long bytes = 2L * x.size() / batch * Float.BYTES;
    boolean isShared = bytes <= Launch.MOST_SHARED_BYTES;
    launch
        .of("augmentImages")
        .moving(x.size())
        .with(CudaStorage.address(images))
        .with(indices)
        .with(random)
        .with(program)
        .with(x)
        .with(isShared ? 0L : scratch.bytes((long) x.size() * Float.BYTES))
        .with(x.shape())
        .blocks(batch, Launch.THREADS, isShared ? (int) bytes : 0);
  }
}
