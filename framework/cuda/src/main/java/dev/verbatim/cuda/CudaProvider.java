package dev.verbatim.cuda;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendProvider;

/** Offers the first NVIDIA GPU as a device. */
public final class CudaProvider implements BackendProvider {
  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Backend open(int threads) {
    return new CudaBackend(Driver.open());
  }
}
