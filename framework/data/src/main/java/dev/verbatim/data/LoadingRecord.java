package dev.verbatim.data;

/**
 * One phase of loading, for loading.csv.
 *
 * @param split {@code all}, {@code train} or {@code validation}
 * @param phase {@code scan}, {@code decode}, {@code generate}, {@code cache_read} or {@code
 *     cache_write}
 * @param bytes of files for scan and decode, of pixels otherwise
 * @param cached whether the images came from the cache
 */
public record LoadingRecord(
    String split,
    String phase,
    int images,
    long bytes,
    int threads,
    boolean cached,
    double seconds) {}
