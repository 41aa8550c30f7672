package dev.verbatim.cpu;

import dev.verbatim.cpu.Sweep.Plane;
import dev.verbatim.tensor.Shape;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/** Everything about a convolution that depends on its shapes alone. */
final class ConvolutionPlan {
  final Sweep forward;
  final Sweep gradient;
  final WeightSums weights;
  private final Window window;

  private ConvolutionPlan(Window window, Plane input, int out, List<Panels.Form> forms) {
    this.window = window;
    int stride = window.stride();
    int padding = window.padding();
    int kernelHeight = window.kernelHeight();
    int kernelWidth = window.kernelWidth();
    int height = window.outputHeight(input.height());
    int width = window.outputWidth(input.width());
    Plane output = new Plane(height, width, out);
    Axis rows = Axis.forward(input.height(), height, kernelHeight, stride, padding);
    Axis columns = Axis.forward(input.width(), width, kernelWidth, stride, padding);
    forward = new Sweep(input, output, List.of(rows), List.of(columns), forms);
    weights = new WeightSums(window, input, output, rows, columns, forward.panels);
    gradient =
        new Sweep(
            output,
            input,
            Axis.gradients(input.height(), height, kernelHeight, stride, padding),
            Axis.gradients(input.width(), width, kernelWidth, stride, padding),
            forms);
  }

  private boolean fits(Window otherWindow, Shape x, int channels) {
    Plane input = forward.source;
    return otherWindow.equals(window)
        && x.dim(1) == input.height()
        && x.dim(2) == input.width()
        && x.dim(3) == input.channels()
        && channels == forward.target.channels();
  }

  /** Plans made so far; a network has few, so that they are searched one by one. */
  static final class Cache {
    private final List<Panels.Form> forms;
    private final List<ConvolutionPlan> plans = new ArrayList<>();

    Cache(List<Panels.Form> forms) {
      this.forms = forms;
    }

    ConvolutionPlan of(Window window, Shape x, int out) {
      for (int i = 0; i < plans.size(); i++) {
        if (plans.get(i).fits(window, x, out)) {
          return plans.get(i);
        }
      }
      Plane input = new Plane(x.dim(1), x.dim(2), x.dim(3));
      ConvolutionPlan plan = new ConvolutionPlan(window, input, out, forms);
      plans.add(plan);
      return plan;
    }
  }
}
