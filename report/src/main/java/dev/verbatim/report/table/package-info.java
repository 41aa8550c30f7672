/**
 * Tables that are filled once and written as Markdown, LaTeX, CSV and HTML: {@link
 * dev.verbatim.report.table.Table} and its {@link dev.verbatim.report.table.Cell}s. The package
 * knows nothing of experiments.
 */
package dev.verbatim.report.table;
