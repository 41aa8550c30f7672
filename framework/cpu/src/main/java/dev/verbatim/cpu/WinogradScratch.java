package dev.verbatim.cpu;

/** What a thread needs for convolutions in tiles and their gradients, one at a time. */
final class WinogradScratch {
  final WinogradPlanes values;

  /** Of products, or of gradients by them. */
  final WinogradPlanes products;

  final WinogradTransforms.Lines lines = new WinogradTransforms.Lines();

  private WinogradScratch(int group) {
    values = new WinogradPlanes(group);
    products = new WinogradPlanes(group);
  }

  /**
   * One for each thread.
   *
   * @param group see {@link WinogradProducts#group}
   */
  static WinogradScratch[] ofThreads(int threads, int group) {
    var all = new WinogradScratch[threads];
    for (int i = 0; i < threads; i++) {
      all[i] = new WinogradScratch(group);
    }
    return all;
  }
}
