/**
 * Optimizers: {@link dev.verbatim.optim.Optimizer} changes parameters by their gradients; {@link
 * dev.verbatim.optim.Sgd} is the first.
 */
package dev.verbatim.optim;
