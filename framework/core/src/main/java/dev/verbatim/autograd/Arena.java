package dev.verbatim.autograd;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Memory of a tape: what is released is handed out again to the next request of the same size. */
final class Arena implements AutoCloseable {
  private final Backend backend;
  private final List<Tensor> owned = new ArrayList<>();
  private final Map<Integer, List<Storage>> free = new HashMap<>();

  Arena(Backend backend) {
    this.backend = backend;
  }

  /** Memory for float32 values, with whatever is in it. */
  Tensor allocate(Shape shape) {
    List<Storage> candidates = free.get(shape.size());
    if (candidates != null && !candidates.isEmpty()) {
      return new Tensor(shape, candidates.removeLast());
    }
    Tensor fresh = backend.allocate(DType.FLOAT32, shape);
    owned.add(fresh);
    return fresh;
  }

  /** Takes memory back; once is enough, and what is not there is ignored. */
  void release(Tensor tensor) {
    if (tensor.isPresent()) {
      List<Storage> list = free.computeIfAbsent(tensor.size(), size -> new ArrayList<>());
      if (!list.contains(tensor.storage())) {
        list.add(tensor.storage());
      }
    }
  }

  @Override
  public void close() {
    owned.forEach(backend::release);
    owned.clear();
    free.clear();
  }
}
