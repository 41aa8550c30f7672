package dev.verbatim.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.ShapeException;
import org.junit.jupiter.api.Test;

class NetworkTest {
  private static Layer reportB(int classes) {
    return new Sequential(
        new Conv2d(8, 3),
        Apply.relu(),
        Apply.maxPool(2, 2),
        new Conv2d(16, 3),
        Apply.relu(),
        Apply.maxPool(2, 2),
        Apply.flatten(),
        new Linear(128),
        Apply.relu(),
        new Linear(classes));
  }

  /** Counts worked out by hand from the layers, and published. */
  @Test
  void countsThePlainNetworksOfReportB() {
    var mnist = new Network(reportB(10), Shape.of(28, 28, 1));
    assertEquals(53_866, mnist.parameterCount());
    assertEquals(240_544, mnist.macs());
    var cifar = new Network(reportB(100), Shape.of(32, 32, 3));
    assertEquals(88_148, cifar.parameterCount());
    assertEquals(475_616, cifar.macs());
  }

  @Test
  void countsTheNetworkThatReportCsFiguresBelongTo() {
    var network =
        new Network(
            new Sequential(
                new Conv2d(16, 5),
                Apply.maxPool(2, 2),
                new Conv2d(32, 3),
                Apply.maxPool(2, 2),
                Apply.flatten(),
                new Linear(100)),
            Shape.of(32, 32, 3));
    assertEquals(121_156, network.parameterCount());
    assertEquals(1_719_552, network.macs());
  }

  @Test
  void listsItsLayersWithShapesForOneImage() {
    var costs = new Network(reportB(10), Shape.of(28, 28, 1)).costs();
    assertEquals(10, costs.size());
    assertEquals(
        new LayerCost("conv2d_1", "conv2d", Shape.of(26, 26, 8), 80, 48_672), costs.getFirst());
    assertEquals(new LayerCost("flatten_1", "flatten", Shape.of(400), 0, 0), costs.get(6));
    assertEquals(new LayerCost("linear_2", "linear", Shape.of(10), 1_290, 1_280), costs.getLast());
  }

  @Test
  void namesTheLayerWhoseInputDoesNotFit() {
    var e = assertThrows(ShapeException.class, () -> new Network(reportB(10), Shape.of(8, 8, 1)));
    assertEquals(
        "layer 6 (max_pool_2): max_pool needs images of at least its window 2 x 2, got x[1,1,1,16]",
        e.getMessage());
  }
}
