package dev.verbatim.report.draw;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.report.draw.Axis.Tick;
import dev.verbatim.report.draw.Series.Point;
import dev.verbatim.report.draw.XyChart.Kind;
import dev.verbatim.report.draw.XyChart.Values;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.InflaterInputStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
  private static List<Drawing> charts() {
    List<Point> points = new ArrayList<>();
    for (int epoch = 1; epoch <= 5; epoch++) {
      points.add(new Point(epoch, 90 + epoch, 89 + epoch, 91 + epoch, ""));
    }
    points.add(Point.of(6, Double.NaN));
    var series =
        List.of(
            new Series("ours <&> µ ± σ", 0, true, true, points),
            new Series("published", 1, false, true, List.of(Point.of(3, 92))));
    return List.of(
        new XyChart("t & <t>", "epoch", "accuracy (%)", Kind.COUNTING, Values.PERCENT, series)
            .draw(),
        new XyChart("empty", "x", "y", Kind.LOGARITHMIC, Values.RATIOS, List.of()).draw(),
        new BarChart("b", "points", List.of(new BarChart.Bar("x", -1, -2, 0.5, "−1.0"))).draw(),
        new Heatmap("h", List.of("cat", "dog"), List.of(List.of(5L, 1L), List.of(0L, 4L))).draw());
  }

  @Test
  void svgIsWellFormedAndNeedsNoFontAndNoNetwork() throws Exception {
    for (Drawing chart : charts()) {
      String svg = SvgWriter.file(chart);
      var builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      var document = builder.parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
      assertEquals(chart.title(), document.getElementsByTagName("title").item(0).getTextContent());
      assertEquals(0, document.getElementsByTagName("text").getLength());
      assertFalse(svg.contains("font"), "names a font");
      assertFalse(svg.replace("http://www.w3.org/", "").contains("http"), "leads elsewhere");
    }
  }

  @Test
  void pngIsWhatOthersRead() throws Exception {
    for (Drawing chart : charts()) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(PngWriter.file(chart)));
      assertEquals(2 * chart.width(), image.getWidth());
      assertEquals(2 * chart.height(), image.getHeight());
      assertEquals(0xffffffff, image.getRGB(0, 0));
    }
  }

  @Test
  void pixelsSurviveWithAndWithoutAPalette() throws Exception {
    int[] few = {0xff0000, 0x00ff00, 0x0000ff, 0x123456, 0xffffff, 0};
    int[] many = new int[40 * 40];
    for (int i = 0; i < many.length; i++) {
      many[i] = i * 4099 & 0xffffff;
    }
    for (Raster raster : List.of(new Raster(3, 2, few), new Raster(40, 40, many))) {
      BufferedImage image = ImageIO.read(new ByteArrayInputStream(Png.encode(raster)));
      int[] read = image.getRGB(0, 0, raster.width(), raster.height(), null, 0, raster.width());
      for (int i = 0; i < read.length; i++) {
        read[i] &= 0xffffff;
      }
      assertArrayEquals(raster.rgb(), read);
    }
  }

  @Test
  void theJdkReadsWhatDeflateWrites() throws Exception {
    byte[] text = "the same bytes everywhere ".repeat(1000).getBytes(StandardCharsets.UTF_8);
    var read = new ByteArrayOutputStream();
    new InflaterInputStream(new ByteArrayInputStream(Deflate.zlib(text))).transferTo(read);
    assertArrayEquals(text, read.toByteArray());
  }

  @ParameterizedTest(name = "{0} to {1}: {2}")
  @CsvSource({
    "0, 100, 0 20 40 60 80 100",
    "0.12, 0.31, 0.10 0.15 0.20 0.25 0.30 0.35",
    "-3, 12, −5 0 5 10 15",
    "7, 7, 6.8 7.0 7.2",
    "0, 45000000, 0 10 M 20 M 30 M 40 M 50 M",
  })
  void ticksAreRoundAndHoldAllValues(double low, double high, String labels) {
    Axis axis =
        Axis.linear("", Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, low, high, Double.NaN);
    assertEquals(labels, String.join(" ", axis.ticks().stream().map(Tick::label).toList()));
    assertTrue(axis.low() <= low && axis.high() >= high);
  }

  @Test
  void logarithmicTicksAreDecadesOrTheirHalvesAndFifths() {
    Axis wide = Axis.logarithmic("", 480, 41_000_000);
    assertEquals(
        List.of("1 k", "10 k", "100 k", "1 M", "10 M"),
        wide.ticks().stream().map(Tick::label).toList());
    assertTrue(wide.low() == 200 && wide.high() == 50_000_000);
    assertEquals(0.5, wide.at(100_000), 1e-12);
    assertEquals(
        List.of("200", "500", "1 k", "2 k"),
        Axis.logarithmic("", 374, 0, 2000).ticks().stream().map(Tick::label).toList());
    Axis one = Axis.logarithmic("", 5);
    assertTrue(one.low() < one.high() && one.low() <= 5 && one.high() >= 5);
  }

  @Test
  void noAxisGoesWhereNoValueCanBe() {
    for (double[] values : new double[][] {{100, 100}, {62, 103}, {99.9, 100}, {0, 0}, {-7, 110}}) {
      Axis axis = Axis.linear("", 0, 100, values);
      assertTrue(
          axis.low() >= 0 && axis.high() <= 100 && axis.low() < axis.high(), axis.toString());
    }
  }

  @Test
  void classesThatAreTooManyAreNamedAsFarAsThereIsRoom() {
    List<String> names = IntStream.range(0, 100).mapToObj(i -> "class " + i).toList();
    List<List<Long>> counts = names.stream().map(n -> Collections.nCopies(100, 1L)).toList();
    List<String> texts =
        new Heatmap("h", names, counts)
            .draw().marks().stream()
                .flatMap(m -> m instanceof Drawing.Text text ? Stream.of(text.text()) : Stream.of())
                .toList();
    assertTrue(texts.containsAll(List.of("class 0", "class 99", "0 %", "100 %")), texts.toString());
    assertEquals(34, texts.stream().filter(t -> t.startsWith("class ")).distinct().count());
  }

  @Test
  void widthsAreThoseOfTheGlyphs() {
    assertEquals(
        Glyphs.get().width("0", 10, false) * 3, Glyphs.get().width("000", 10, false), 1e-9);
    assertEquals(Glyphs.get().width("?", 10, false), Glyphs.get().width("漢", 10, false));
  }
}
