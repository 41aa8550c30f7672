/**
 * The catalogue of differentiable operations: one record each, with its shape rule, cost, forward
 * and backward, for example {@link dev.verbatim.ops.Convolve} and {@link
 * dev.verbatim.ops.SoftmaxCrossEntropy}.
 */
package dev.verbatim.ops;
