/**
 * What differences between variants are worth: {@link
 * dev.verbatim.report.statistics.PairedDifference} pairs runs by their seeds and gives the mean
 * difference with a confidence interval ({@link dev.verbatim.report.statistics.StudentT}) and the p
 * of an exact test ({@link dev.verbatim.report.statistics.SignFlipTest}). Resampling is not used:
 * percentiles of a bootstrap hold the true mean of three normal values 76 times in 100, not 95.
 */
package dev.verbatim.report.statistics;
