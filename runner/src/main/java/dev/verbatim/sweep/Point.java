package dev.verbatim.sweep;

import java.util.Optional;

/**
 * One point of a sweep.
 *
 * @param number from 1
 * @param id of its run
 * @param sameAs the number of an earlier point that resolves to the same run, which is run once
 */
public record Point(int number, String variant, int seed, String id, Optional<Integer> sameAs) {
  @Override
  public String toString() {
    return variant + " seed " + seed;
  }
}
