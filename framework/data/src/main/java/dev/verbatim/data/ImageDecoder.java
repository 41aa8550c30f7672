package dev.verbatim.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

/** Decodes one image file after another; one object for each thread. */
final class ImageDecoder {
  private static final long LARGEST = 1 << 28;

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

  /** Reads a file into memory and returns its SHA-256. */
  byte[] read(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      long length = channel.size();
      if (length > LARGEST) {
        throw new IOException("it is larger than " + (LARGEST >> 20) + " MiB");
      }
      if (length > file.capacity()) {
        file = ByteBuffer.allocateDirect((int) (2 * length));
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
    WholeFile.require(file);
    Mat bytes = new Mat(1, file.limit(), CvType.CV_8UC1, file);
    try {
      Mat image = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_UNCHANGED);
      try {
        if (image.empty() || image.depth() != CvType.CV_8U) {
          throw new BadImage(
              image.empty() ? "not an image that OpenCV can decode" : "not 8 bits a channel");
        }
        return pixels(image.rows(), image.cols(), image.channels(), image);
      } finally {
        image.release();
      }
    } catch (CvException e) {
      throw new BadImage("not an image that OpenCV can decode"); // such as 2^31 rows
    } finally {
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
}
