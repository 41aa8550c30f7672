/**
 * Define-by-run automatic differentiation: calling an {@link dev.verbatim.autograd.Op} on a {@link
 * dev.verbatim.autograd.Tape} computes and records; {@link dev.verbatim.autograd.Tape#backward}
 * walks the record in reverse. A tape that sees the same calls again reuses its record and its
 * memory, so that a repeated step allocates nothing.
 */
package dev.verbatim.autograd;
