package dev.verbatim.conformance;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.BackendProvider;
import dev.verbatim.tensor.Backends;
import dev.verbatim.tensor.DType;
import java.util.Optional;

/**
 * BFLOAT16 on the CPU by rounding what float32 gives, in the place of CUDA: what training in it
 * comes to can be seen without a GPU. {@code framework/conformance/bin/emulate} registers it.
 */
public final class RoundedProvider implements BackendProvider {
  @Override
  public String name() {
    return "cuda";
  }

  @Override
  public Optional<String> missing(DType type) {
    return Optional.empty();
  }

  @Override
  public String hardware() {
    return "emulation on the CPU";
  }

  @Override
  public Backend open(int threads) {
    return new RoundedBackend(Backends.open("cpu", threads));
  }
}
