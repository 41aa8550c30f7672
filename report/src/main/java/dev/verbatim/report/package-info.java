/**
 * Results become tables. {@link dev.verbatim.report.ReportWriter} reads the folders of runs and
 * writes a page and a CSV for each experiment and an index of them all, with every figure that was
 * published ({@link dev.verbatim.report.Published}) beside the one that was measured.
 *
 * <p>The package reads results only: what an experiment is called and what was published for it
 * comes in as {@link dev.verbatim.report.ExperimentInfo}. The same results give the same bytes.
 * What cannot be read is named and left out.
 */
package dev.verbatim.report;
