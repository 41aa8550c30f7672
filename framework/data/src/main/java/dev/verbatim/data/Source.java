package dev.verbatim.data;

import java.nio.file.Path;

/** Where images come from. */
public sealed interface Source {
  /** A folder of one folder for each class, with PNG, JPEG or BMP files. */
  record ImageFolder(Path path) implements Source {}

  /** A pair of idx files as MNIST is published, plain or gzip. */
  record Idx(Path images, Path labels) implements Source {}

  /**
   * The binary files of CIFAR-10 or CIFAR-100 in a folder.
   *
   * @param classes 10 or 100
   * @param training whether to take the training files, else the test file
   */
  record CifarBinary(Path path, int classes, boolean training) implements Source {}

  /** Generated digits. */
  record Glyphs(int images, long seed) implements Source {}
}
