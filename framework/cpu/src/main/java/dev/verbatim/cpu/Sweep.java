package dev.verbatim.cpu;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A convolution, forward or of gradients, as the inner loops see it: positions of pixels are
 * tables, and the pixels whose windows hold the same taps are a region. Depends on shapes alone.
 */
final class Sweep {
  /**
   * Floats of the source that a unit of work aims at: with its part of the target and the weights
   * it should fit a level-2 cache.
   */
  private static final int UNIT_FLOATS = 1 << 16;

  /** So many images, where they are small, that every region has a multiple of six pixels. */
  private static final int IMAGES = 6;

  /** An image or feature map {@code [height, width, channels]}. */
  record Plane(int height, int width, int channels) {
    int size() {
      return height * width * channels;
    }

    int at(int row, int column) {
      return (row * width + column) * channels;
    }
  }

  /**
   * Pixels whose windows hold the same taps.
   *
   * @param from where the window of each pixel begins in the source
   * @param to where each pixel lies in the target
   * @param pixels how many there are in an image
   * @param neighbours how many follow each other at the same distance in the source: a row of the
   *     region, or all of it where it is one column
   * @param step that distance
   * @param rows of the window
   * @param rowLength values in a row of the window
   * @param tapAt rows of packed weights before the first
   * @param tapSkip rows of packed weights that are left out behind each row of the window
   */
  record Region(
      int[] from,
      int[] to,
      int pixels,
      int neighbours,
      int step,
      int rows,
      int rowLength,
      int tapAt,
      int tapSkip) {
    /** The inner loops for a panel. */
    OutputTiles tiles(Panels.Panel panel) {
      Vectors kind = panel.kind();
      return panel.isFull()
          ? kind.rows().fitting(panel.vectors(), neighbours, step)
          : kind.outputs();
    }
  }

  final Plane source;
  final Plane target;
  final Panels panels;
  final List<Region> regions = new ArrayList<>();

  /** The inner loops for each panel and, inside it, each region. */
  final List<List<OutputTiles>> tiles;

  /** Positions of the kernel, row by row, in the order in which their weights are packed. */
  final List<Integer> kernelPixels = new ArrayList<>();

  /** Most images in a unit of work. */
  final int images;

  /**
   * Whether a unit is one panel, and all units of a panel follow each other: where the weights are
   * too many to stay in the cache from unit to unit.
   */
  final boolean panelsApart;

  /** Parts that an image is cut into, where a unit is no more than one image. */
  final int parts;

  Sweep(Plane source, Plane target, List<Axis> rows, List<Axis> columns, List<Panels.Form> forms) {
    this.source = source;
    this.target = target;
    panels = Panels.of(target.channels, forms);
    images = Math.clamp(UNIT_FLOATS / source.size(), 1, IMAGES);
    parts = Math.ceilDiv(source.size(), UNIT_FLOATS);
    int kernelWidth = columns.stream().mapToInt(Axis::taps).sum();
    for (Axis row : rows) {
      for (Axis column : columns) {
        addRegions(row, column);
        for (int i : row.kernel()) {
          for (int j : column.kernel()) {
            kernelPixels.add(i * kernelWidth + j);
          }
        }
      }
    }
    // the inside first, which brings the images into the cache in the order of memory
    regions.sort(Comparator.comparingInt(region -> -region.pixels()));
    tiles =
        panels.list().stream()
            .map(panel -> regions.stream().map(region -> region.tiles(panel)).toList())
            .toList();
    panelsApart = packedRows() * panels.paddedChannels() > 2 * UNIT_FLOATS;
  }

  /** Whether a unit of work is all of some images. */
  boolean isOfWholeImages() {
    return parts == 1 && !panelsApart;
  }

  private void addRegions(Axis row, Axis column) {
    int depth = source.channels;
    boolean pairs = panels.list().getFirst().vectors() == 2;
    int packedBefore = kernelPixels.size() * depth;
    for (List<Axis.Line> rows : row.segments()) {
      for (List<Axis.Line> columns : column.segments()) {
        int size = columns.size();
        int inStrips = pairs ? size - size % VectorStripTiles.PIXELS : 0;
        int tapAt =
            packedBefore
                + (rows.getFirst().tap() * column.taps() + columns.getFirst().tap()) * depth;
        addRegion(rows, columns.subList(0, inStrips), tapAt, column.taps());
        addRegion(rows, columns.subList(inStrips, size), tapAt, column.taps());
      }
    }
  }

  /** Where columns lie side by side, windows begin a stride apart. */
  private void addRegion(List<Axis.Line> rows, List<Axis.Line> columns, int tapAt, int taps) {
    if (columns.isEmpty()) {
      return;
    }
    int[] from = new int[images * rows.size() * columns.size()];
    int[] to = new int[from.length];
    int at = 0;
    for (int image = 0; image < images; image++) {
      for (Axis.Line r : rows) {
        for (Axis.Line c : columns) {
          from[at] = image * source.size() + source.at(r.from(), c.from());
          to[at++] = image * target.size() + target.at(r.at(), c.at());
        }
      }
    }
    int count = columns.getFirst().count();
    regions.add(
        new Region(
            from,
            to,
            rows.size() * columns.size(),
            columns.size() > 1 ? columns.size() : rows.size(),
            columns.size() * rows.size() > 1 ? from[1] - from[0] : 0,
            count == 0 ? 0 : rows.getFirst().count(),
            count * source.channels,
            tapAt,
            (taps - count) * source.channels));
  }

  /** Rows of packed weights in a panel. */
  int packedRows() {
    return kernelPixels.size() * source.channels;
  }
}
