/**
 * What differences between variants are worth: {@link
 * dev.verbatim.report.statistics.PairedDifference} pairs runs by their seeds and gives the mean
 * difference with a bootstrap confidence interval ({@link
 * dev.verbatim.report.statistics.Bootstrap}) and the p of an exact test ({@link
 * dev.verbatim.report.statistics.SignFlipTest}).
 *
 * <p>The same numbers in the same order give the same bits: resamples are drawn from Philox.
 */
package dev.verbatim.report.statistics;
