package dev.verbatim.models;

import dev.verbatim.nn.Apply;
import dev.verbatim.nn.DropoutLayer;
import dev.verbatim.nn.Layer;
import dev.verbatim.nn.Linear;
import dev.verbatim.nn.Residual;
import dev.verbatim.nn.Sequential;
import dev.verbatim.ops.SubsamplePad;
import dev.verbatim.tensor.Window;
import java.util.ArrayList;
import java.util.List;

/**
 * Residual networks of He, Zhang, Ren and Sun (2016). Those for CIFAR (20, 32, 44, 56, 110) have
 * three stages of basic blocks with 16, 32 and 64 channels; 18, 34 and 50 have four, from 64 on, 50
 * with bottleneck blocks, whose stride is at the 3x3 convolution.
 */
public final class ResNet {
  /** How a network begins. */
  public enum Stem {
    /** One 3x3 convolution. */
    CIFAR,
    /** A 7x7 convolution of stride 2 and a 3x3 max pooling of stride 2. */
    IMAGENET
  }

  /** What leads around a block whose shape changes. */
  public enum Shortcut {
    /** A 1x1 convolution and its normalization. */
    PROJECTION,
    /** Every second pixel, and channels of 0. */
    IDENTITY_PAD
  }

  /** What leads from images to logits. */
  public enum Head {
    /** The mean of each channel, then one linear layer. */
    GLOBAL_AVERAGE,
    /** One linear layer on all pixels. */
    DENSE
  }

  /**
   * What ablations change.
   *
   * @param residual whether there are shortcuts at all
   * @param norm whether convolutions are normalized; without it they have a bias
   * @param activation {@code relu} or the name of an {@link dev.verbatim.tensor.Activation}
   * @param dropout rate before the last layer
   * @param width factor of all channel counts
   */
  public record Options(
      boolean residual,
      boolean norm,
      Shortcut shortcut,
      Head head,
      Stem stem,
      String activation,
      double dropout,
      double width) {}

  private final Options options;
  private final Blocks blocks;
  private final boolean bottleneck;
  private int channels;

  private ResNet(Options options, boolean bottleneck) {
    this.options = options;
    this.blocks = new Blocks(options.norm, options.activation, options.width);
    this.bottleneck = bottleneck;
  }

  /**
   * A network.
   *
   * @param depth 20, 32, 44, 56, 110, 18, 34 or 50
   */
  public static Layer of(int depth, int classes, Options options) {
    return switch (depth) {
      case 20, 32, 44, 56, 110 -> {
        int blocks = (depth - 2) / 6;
        yield new ResNet(options, false).build(16, List.of(blocks, blocks, blocks), classes);
      }
      case 18 -> new ResNet(options, false).build(64, List.of(2, 2, 2, 2), classes);
      case 34 -> new ResNet(options, false).build(64, List.of(3, 4, 6, 3), classes);
      case 50 -> new ResNet(options, true).build(64, List.of(3, 4, 6, 3), classes);
      default -> throw new IllegalArgumentException("no resnet has " + depth + " layers");
    };
  }

  private Layer build(int firstChannels, List<Integer> stages, int classes) {
    List<Layer> layers = Blocks.empty();
    channels = blocks.channels(firstChannels);
    Window stem = options.stem == Stem.CIFAR ? Window.square(3, 1, 1) : Window.square(7, 2, 3);
    blocks.convolution(layers, channels, stem, !options.norm, true);
    if (options.stem == Stem.IMAGENET) {
      layers.add(Apply.maxPool(Window.square(3, 2, 1)));
    }
    for (int stage = 0; stage < stages.size(); stage++) {
      int out = blocks.channels(firstChannels << stage);
      for (int block = 0; block < stages.get(stage); block++) {
        addBlock(layers, out, stage > 0 && block == 0 ? 2 : 1);
      }
    }
    layers.add(options.head == Head.GLOBAL_AVERAGE ? Apply.globalAveragePool() : Apply.flatten());
    if (options.dropout > 0) {
      layers.add(new DropoutLayer(options.dropout));
    }
    layers.add(new Linear(classes));
    return Blocks.chain(layers);
  }

  private void addBlock(List<Layer> layers, int width, int stride) {
    int out = bottleneck ? 4 * width : width;
    List<Layer> body = Blocks.empty();
    boolean bias = !options.norm;
    if (bottleneck) {
      blocks.convolution(body, width, Window.square(1, 1, 0), bias, true);
      blocks.convolution(body, width, Window.square(3, stride, 1), bias, true);
      blocks.convolution(body, out, Window.square(1, 1, 0), bias, false);
    } else {
      blocks.convolution(body, width, Window.square(3, stride, 1), bias, true);
      blocks.convolution(body, out, Window.square(3, 1, 1), bias, false);
    }
    if (!options.residual) {
      layers.addAll(body);
      layers.add(blocks.activationLayer());
    } else {
      layers.add(new Residual(Blocks.chain(body), shortcut(out, stride), blocks.isRelu()));
      if (!blocks.isRelu()) {
        layers.add(blocks.activationLayer());
      }
    }
    channels = out;
  }

  private Sequential shortcut(int out, int stride) {
    List<Layer> layers = new ArrayList<>();
    if (stride > 1 || channels != out) {
      switch (options.shortcut) {
        case PROJECTION ->
            blocks.convolution(layers, out, Window.square(1, stride, 0), !options.norm, false);
        case IDENTITY_PAD -> layers.add(new Apply("identity_pad", new SubsamplePad(stride, out)));
      }
    }
    return Blocks.chain(layers);
  }
}
