package dev.verbatim.data;

import java.util.ArrayList;
import java.util.List;

/**
 * Digits as strokes in the unit square, x to the right and y down: moves, lines and quadratic
 * curves in the notation of SVG paths.
 */
final class StrokeFont {
  private static final List<String> DIGITS =
      List.of(
          "M .5 .1 Q .85 .1 .82 .5 Q .85 .9 .5 .9 Q .15 .9 .18 .5 Q .15 .1 .5 .1",
          "M .35 .28 L .55 .1 L .55 .9",
          "M .2 .3 Q .22 .1 .5 .1 Q .8 .1 .8 .33 Q .8 .5 .5 .68 L .2 .9 L .82 .9",
          "M .22 .18 Q .4 .08 .55 .1 Q .78 .14 .76 .3 Q .74 .46 .48 .48 Q .8 .5 .8 .7 Q .78 .9 .5 .9 Q .3 .9 .2 .8",
          "M .62 .9 L .62 .1 L .18 .64 L .84 .64",
          "M .76 .1 L .3 .1 L .26 .46 Q .4 .38 .54 .4 Q .8 .44 .8 .66 Q .78 .9 .5 .9 Q .3 .9 .2 .8",
          "M .7 .12 Q .3 .2 .22 .62 Q .2 .9 .5 .9 Q .8 .9 .8 .66 Q .78 .46 .52 .46 Q .28 .48 .22 .66",
          "M .18 .1 L .82 .1 Q .5 .45 .42 .9",
          "M .5 .48 Q .22 .44 .24 .28 Q .28 .1 .5 .1 Q .74 .1 .76 .28 Q .76 .44 .5 .48 Q .2 .52 .2 .7 Q .22 .9 .5 .9 Q .78 .9 .8 .7 Q .8 .52 .5 .48",
          "M .78 .36 Q .74 .56 .5 .56 Q .24 .54 .22 .34 Q .22 .1 .5 .1 Q .8 .1 .78 .38 Q .76 .76 .4 .9");
  private static final int CURVE_STEPS = 6;

  private StrokeFont() {}

  /** The strokes of each digit as chains of points: x0, y0, x1, y1, ... */
  static List<double[]> digits() {
    return DIGITS.stream().map(StrokeFont::points).toList();
  }

  private static double[] points(String path) {
    List<Double> points = new ArrayList<>();
    String[] words = path.split(" ", -1);
    for (int i = 0; i < words.length; ) {
      double x = Double.parseDouble(words[i + 1]);
      double y = Double.parseDouble(words[i + 2]);
      if (words[i].equals("Q")) {
        curve(points, x, y, Double.parseDouble(words[i + 3]), Double.parseDouble(words[i + 4]));
        i += 5;
      } else {
        points.add(x);
        points.add(y);
        i += 3;
      }
    }
    return points.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void curve(
      List<Double> points, double controlX, double controlY, double endX, double endY) {
    double startX = points.get(points.size() - 2);
    double startY = points.getLast();
    for (int step = 1; step <= CURVE_STEPS; step++) {
      double t = (double) step / CURVE_STEPS;
      double s = 1 - t;
      points.add(s * s * startX + 2 * s * t * controlX + t * t * endX);
      points.add(s * s * startY + 2 * s * t * controlY + t * t * endY);
    }
  }
}
