package dev.verbatim.cpu;

/** What convolutions in tiles and their gradients need: one for each thread and one for all. */
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
