package dev.verbatim.cpu;

import java.util.List;

/** What a thread needs for convolutions in tiles and their gradients, one at a time. */
final class WinogradScratch {
  final WinogradPlanes values;

  /** Of products, or of gradients by them. */
  final WinogradPlanes products;

  final WinogradTransforms.Lines lines = new WinogradTransforms.Lines();

  /** Of what is read next. */
  final WinogradAhead next = new WinogradAhead();

  /** Of what is written next, or of the gradients that are read next. */
  final WinogradAhead other = new WinogradAhead();

  /**
   * Without room yet.
   *
   * @param loops all that may work on them
   */
  WinogradScratch(List<WinogradProducts> loops) {
    values = new WinogradPlanes(loops);
    products = new WinogradPlanes(loops);
  }
}
