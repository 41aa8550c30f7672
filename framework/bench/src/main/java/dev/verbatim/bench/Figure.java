package dev.verbatim.bench;

/**
 * What one benchmark came to. Times are nanoseconds for an operation; 0 stands for a rate that does
 * not apply, and a share is one of the limit that was measured beside it.
 *
 * @param date of the whole run, ISO 8601 in UTC
 * @param mode {@code full} or {@code quick}
 * @param benchmark {@code Convolution.forward}
 * @param shape without the batch
 * @param batch images of an operation, 0 where it has none
 * @param allocatedBytes of an operation, by the counters of the Java machine around the iteration
 * @param profiledBytes of an operation, by JMH's {@code -prof gc}, which counts what JMH itself
 *     allocates too
 */
record Figure(
    String date,
    String mode,
    Machine machine,
    int threads,
    String benchmark,
    String shape,
    int batch,
    double median,
    double best,
    double imagesPerSecond,
    double gflops,
    double shareOfFmaPeak,
    double gbytesPerSecond,
    double shareOfBandwidth,
    double fmaPeakGflops,
    double triadGbytesPerSecond,
    double allocatedBytes,
    double profiledBytes) {
  /** What is measured: the same of two runs can be compared. */
  String subject() {
    return benchmark
        + " "
        + shape
        + (batch == 0 ? "" : " batch " + batch)
        + ", "
        + threads
        + (threads == 1 ? " thread" : " threads");
  }
}
