/**
 * Charts as SVG and PNG. {@link dev.verbatim.report.draw.XyChart}, {@link
 * dev.verbatim.report.draw.BarChart} and {@link dev.verbatim.report.draw.Heatmap} become a {@link
 * dev.verbatim.report.draw.Drawing}, which {@link dev.verbatim.report.draw.SvgWriter} and {@link
 * dev.verbatim.report.draw.PngWriter} write.
 *
 * <p>The same chart gives the same bytes on every machine. That is why no chart library draws here:
 * those that there are measure and draw text through AWT, whose fonts are the machine's and which
 * fails where no fontconfig is installed. Text is outlines that come with the program ({@link
 * dev.verbatim.report.draw.Glyphs}); PNG is compressed by plain Java, since a JDK's zlib may be the
 * system's.
 */
package dev.verbatim.report.draw;
