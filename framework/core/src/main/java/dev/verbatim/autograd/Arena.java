package dev.verbatim.autograd;

import dev.verbatim.tensor.Backend;
import dev.verbatim.tensor.DType;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Storage;
import dev.verbatim.tensor.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Memory of a tape: what is released is handed out again to the next request of the same size. */
final class Arena implements AutoCloseable {
  private final Backend backend;
  private final List<Tensor> owned = new ArrayList<>();
  private final Map<DType, Map<Integer, List<Storage>>> free = new EnumMap<>(DType.class);
  private final Map<DType, NavigableMap<Long, List<Storage>>> borrowed = new EnumMap<>(DType.class);

  Arena(Backend backend) {
    this.backend = backend;
  }

  /** Memory that takes what another has, whatever is in it, before it asks the device. */
  Arena(Backend backend, Arena lender) {
    this.backend = backend;
    for (Tensor tensor : lender.owned) {
      Storage storage = tensor.storage();
      borrowed
          .computeIfAbsent(storage.type(), type -> new TreeMap<>())
          .computeIfAbsent(storage.capacity(), size -> new ArrayList<>())
          .add(storage);
    }
  }

  /** Memory with whatever is in it. */
  Tensor allocate(DType type, Shape shape) {
    List<Storage> candidates = free.getOrDefault(type, Map.of()).get(shape.size());
    if (candidates != null && !candidates.isEmpty()) {
      return new Tensor(shape, candidates.removeLast());
    }
    NavigableMap<Long, List<Storage>> lent = borrowed.getOrDefault(type, new TreeMap<>());
    var enough = lent.ceilingEntry((long) shape.size());
    if (enough != null) {
      Storage storage = enough.getValue().removeLast();
      if (enough.getValue().isEmpty()) {
        lent.remove(enough.getKey());
      }
      return new Tensor(shape, storage);
    }
    Tensor fresh = backend.allocate(type, shape);
    owned.add(fresh);
    return fresh;
  }

  /** Takes memory back; once is enough, and what is not there is ignored. */
  void release(Tensor tensor) {
    if (tensor.isPresent()) {
      List<Storage> list =
          free.computeIfAbsent(tensor.type(), type -> new HashMap<>())
              .computeIfAbsent(tensor.size(), size -> new ArrayList<>());
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
    borrowed.clear();
  }
}
