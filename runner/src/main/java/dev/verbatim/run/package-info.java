/**
 * From a resolved configuration to a folder of results: {@link dev.verbatim.run.Runs} executes,
 * {@code Training} passes a network over splits, {@code RunFolder} writes what the design calls a
 * run on disk.
 */
package dev.verbatim.run;
