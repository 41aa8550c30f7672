package dev.verbatim.cpu;

/** What a thread needs for convolutions in tiles and their gradients, one at a time. */
final class WinogradScratch {
  final WinogradPlanes values;

  /** Of products, or of gradients by them. */
  final WinogradPlanes products;

  final WinogradTransforms.Lines lines = new WinogradTransforms.Lines();

  /**
   * Without room yet.
   *
   * @param group see {@link WinogradProducts#group}: the largest of all
   */
  WinogradScratch(int group) {
    values = new WinogradPlanes(group);
    products = new WinogradPlanes(group);
  }
}
