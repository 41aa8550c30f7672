/**
 * What a device stores and must be able to do: {@link dev.verbatim.tensor.Tensor} are the values,
 * {@link dev.verbatim.tensor.Backend} and {@link dev.verbatim.tensor.Kernels} the contract of a
 * device, and {@link dev.verbatim.tensor.Philox} the only source of random numbers.
 */
package dev.verbatim.tensor;
