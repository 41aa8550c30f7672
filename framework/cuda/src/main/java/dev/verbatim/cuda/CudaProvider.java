package dev.verbatim.cuda;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendException;
import dev.verbatim.tensor.BackendProvider;
import dev.verbatim.tensor.DType;
import java.util.Optional;

/** Offers the first NVIDIA GPU as a device. */
public final class CudaProvider implements BackendProvider {
  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Optional<String> missing() {
    try {
      var _ = Driver.find();
      return Optional.empty();
    } catch (BackendException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  @Override
  public Optional<String> missing(DType type) {
    try {
      Driver driver = Driver.find();
      return type == DType.BFLOAT16 ? driver.missingBfloat16() : Optional.empty();
    } catch (BackendException e) {
      return Optional.ofNullable(e.getMessage());
    }
  }

  @Override
  public String hardware() {
    return Driver.find().name();
  }

  @Override
  public Backend open(int threads) {
    return new CudaBackend(Driver.find().open());
  }
}
