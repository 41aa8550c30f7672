/**
 * Layers: {@link dev.verbatim.nn.Layer} owns {@link dev.verbatim.nn.Parameter}s, finds their shapes
 * from the first input it sees, and calls ops. {@link dev.verbatim.nn.Sequential} chains layers;
 * {@link dev.verbatim.nn.Network} is a chain with its input, placed on a device; {@link
 * dev.verbatim.nn.LayerCost} is one row of its cost table.
 */
package dev.verbatim.nn;
