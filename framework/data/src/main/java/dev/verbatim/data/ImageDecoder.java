package dev.verbatim.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

/** Decodes one image file after another; one object for each thread. */
final class ImageDecoder {
  private static final int PNG_TRAILER = 0x49454e44; // "IEND"

  private final ImageSize size;
  private final MessageDigest digest = Hash.sha256();
  private ByteBuffer file = ByteBuffer.allocateDirect(1 << 16);
  private byte[] raw = {};
  private byte[] converted = {};
  private final byte[] resized;

  ImageDecoder(ImageSize size) {
    this.size = size;
    this.resized = new byte[size.bytes()];
  }

  /** An image file that is not one. */
  static final class BadImage extends Exception {
    private static final long serialVersionUID = 1;

    private final String reason;

    BadImage(String reason) {
      super(reason);
      this.reason = reason;
    }

    String reason() {
      return reason;
    }
  }

  /** Reads a file into memory and returns its SHA-256. */
  byte[] read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      long length = channel.size();
      if (length > file.capacity()) {
        file = ByteBuffer.allocateDirect(Math.toIntExact(2 * length));
      }
      file.clear().limit((int) length);
      while (file.hasRemaining() && channel.read(file) >= 0) {}
      file.flip();
    }
    digest.update(file.duplicate());
    return digest.digest();
  }

  /** The pixels of the file that was read; valid until the next call. */
  byte[] decode() throws BadImage {
    checkWhole();
    Mat bytes = new Mat(1, file.limit(), CvType.CV_8UC1, file);
    Mat image = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_UNCHANGED);
    try {
      if (image.empty() || image.depth() != CvType.CV_8U) {
        throw new BadImage(
            image.empty() ? "not an image that OpenCV can decode" : "not 8 bits a channel");
      }
      return pixels(image.rows(), image.cols(), image.channels(), image);
    } finally {
      image.release();
      bytes.release();
    }
  }

  private byte[] pixels(int height, int width, int channels, Mat image) {
    int count = height * width;
    if (raw.length != count * channels) {
      raw = new byte[count * channels];
    }
    image.get(0, 0, raw);
    if (converted.length != count * size.channels()) {
      converted = new byte[count * size.channels()];
    }
    Pixels.convert(raw, channels, count, converted, size.channels());
    if (height == size.height() && width == size.width()) {
      return converted;
    }
    Pixels.resize(converted, height, width, resized, size);
    return resized;
  }

  /** Decoders fill what is missing of a truncated file with grey, so the end is checked here. */
  private void checkWhole() throws BadImage {
    int length = file.limit();
    if (length == 0) {
      throw new BadImage("empty file");
    }
    int first = file.get(0) & 0xff;
    if (first == 0x89 && (length < 20 || file.getInt(length - 8) != PNG_TRAILER)) {
      throw new BadImage("truncated PNG");
    }
    if (first == 0xff && (length < 4 || !endsWithJpegMarker(length))) {
      throw new BadImage("truncated JPEG");
    }
    if (first == 'B' && (length < 6 || Integer.reverseBytes(file.getInt(2)) > length)) {
      throw new BadImage("truncated BMP");
    }
  }

  /** The end-of-image marker, which some writers follow with padding zeros. */
  private boolean endsWithJpegMarker(int length) {
    int end = length;
    while (end > 2 && file.get(end - 1) == 0) {
      end--;
    }
    return (file.get(end - 2) & 0xff) == 0xff && (file.get(end - 1) & 0xff) == 0xd9;
  }
}
