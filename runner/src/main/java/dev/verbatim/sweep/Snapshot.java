package dev.verbatim.sweep;

/**
 * How a sweep stands.
 *
 * @param runs all that it has
 * @param done finished ones, of this session and before
 * @param secondsLeft NaN while nobody knows
 */
public record Snapshot(
    int runs, int done, int diverged, int running, int failed, double secondsLeft) {}
