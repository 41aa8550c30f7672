package dev.verbatim.data;

/** Rows, columns and channels (1 grey, 3 RGB) of an image. */
public record ImageSize(int height, int width, int channels) {
  /** Checks the ranges. */
  public ImageSize {
    if (height < 1 || width < 1 || (channels != 1 && channels != 3)) {
      throw new DataException(
          "an image needs [height, width, channels] with 1 or 3 channels, got ["
              + height
              + ", "
              + width
              + ", "
              + channels
              + "]");
    }
  }

  /** Bytes of one image. */
  public int bytes() {
    return height * width * channels;
  }

  @Override
  public String toString() {
    return height + "x" + width + "x" + channels;
  }
}
