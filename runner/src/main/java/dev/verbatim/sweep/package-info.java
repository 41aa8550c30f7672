/**
 * Sweeps: an experiment's variants, grid and seeds as runs of their own. A {@link
 * dev.verbatim.sweep.Plan} lists the {@link dev.verbatim.sweep.Point}s, a {@link
 * dev.verbatim.sweep.Bundle} keeps them with the code that executes them, a {@link
 * dev.verbatim.sweep.Worker} runs points of a bundle, and a launcher, {@link
 * dev.verbatim.sweep.LocalLauncher} or {@link dev.verbatim.sweep.SlurmLauncher}, sees to it that
 * there are workers. How a point stands is read from its run's folder alone ({@link
 * dev.verbatim.sweep.PointState}).
 */
package dev.verbatim.sweep;
