/**
 * JMH benchmarks of kernels and whole steps. {@link dev.verbatim.bench.Bench} runs them, each in a
 * Java machine of its own, sets every figure against what {@link dev.verbatim.cpu.VectorLimits}
 * measured beside it, writes CSV, and warns of what {@link dev.verbatim.bench.Guard} finds slower
 * than the figures recorded for the same machine.
 */
package dev.verbatim.bench;
