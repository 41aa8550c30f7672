/**
 * Experiments as YAML: {@link dev.verbatim.spec.Experiment} is a file, {@link
 * dev.verbatim.spec.ResolvedConfig} one run of it. Reading is strict: each value is asked for by
 * its {@code Section}, and what nobody asked for is an error with its place, the line and a caret.
 */
package dev.verbatim.spec;
