/**
 * Doing experiments: {@link dev.verbatim.run.Runs} executes resolved configurations into folders,
 * {@code Trainer} is one training by itself, {@link dev.verbatim.run.Verification} repeats a stored
 * run, {@link dev.verbatim.run.Evaluation} uses its weights, {@link dev.verbatim.run.RunDiff}
 * compares two.
 */
package dev.verbatim.run;
