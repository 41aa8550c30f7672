/**
 * What every device is held to. {@link dev.verbatim.conformance.ReferenceBackend} states each
 * kernel's order of additions in the plainest loops, in float32 or in double; {@link
 * dev.verbatim.conformance.GradientCheck} holds its gradients against finite differences in double,
 * {@link dev.verbatim.conformance.BitEquality} every device against it, bit by bit.
 */
package dev.verbatim.conformance;
