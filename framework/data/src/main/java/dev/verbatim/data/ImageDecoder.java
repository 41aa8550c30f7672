package dev.verbatim.data;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.opencv.core.CvException;
import org.opencv.core.CvType;
import org.opencv.core.Mat;
import org.opencv.imgcodecs.Imgcodecs;

/** Decodes one image file after another; one object for each thread. */
final class ImageDecoder implements AutoCloseable {
  /** More than these are taken for a mistake. */
  static final long MOST_PIXELS = 1 << 28;

  private static final int LARGEST = 1 << 28;

  private final ImageSize size;
  private final MessageDigest digest = Hash.sha256();
  private final PlainPng png = new PlainPng();
  private ByteBuffer file = ByteBuffer.allocate(1 << 16);
  private byte[] raw = {};
  private byte[] converted = {};
  private final byte[] resized;

  ImageDecoder(ImageSize size) {
    this.size = size;
    this.resized = new byte[size.bytes()];
  }

  /** Reads a file into memory and returns its SHA-256. */
  byte[] read(String path) throws IOException {
    int length = 0;
    // Of all ways to read a small file the one with the fewest questions to the system.
    try (FileInputStream in = new FileInputStream(path)) {
      for (int got; (got = in.read(file.array(), length, file.capacity() - length)) > 0; ) {
        length += got;
        if (length == file.capacity()) {
          makeLarger(path);
        }
      }
    }
    file.clear().limit(length);
    digest.update(file.array(), 0, length);
    return digest.digest();
  }

  private void makeLarger(String path) throws IOException {
    if (file.capacity() > LARGEST) {
      throw new IOException(path + " (it is larger than " + (LARGEST >> 20) + " MiB)");
    }
    int larger = Math.min(2 * file.capacity(), LARGEST + 1);
    file = ByteBuffer.wrap(Arrays.copyOf(file.array(), larger));
  }

  /** The pixels of the file that was read; valid until the next call. */
  byte[] decode() throws BadImage {
    if (WholeFile.require(file) == WholeFile.Format.PNG) {
      Optional<PlainPng.Rows> rows = png.decode(file);
      if (rows.isPresent()) {
        return pixels(rows.get());
      }
    }
    OpenCv.load();
    Mat bytes = new Mat(1, file.limit(), CvType.CV_8UC1);
    try {
      bytes.put(0, 0, file.array(), 0, file.limit());
      Mat image = Imgcodecs.imdecode(bytes, Imgcodecs.IMREAD_UNCHANGED);
      try {
        if (image.empty() || image.depth() != CvType.CV_8U) {
          throw new BadImage(
              image.empty() ? "not an image that OpenCV can decode" : "not 8 bits a channel");
        }
        return pixels(image);
      } finally {
        image.release();
      }
    } catch (CvException e) {
      throw new BadImage("not an image that OpenCV can decode"); // such as 2^31 rows
    } finally {
      bytes.release();
    }
  }

  private byte[] pixels(PlainPng.Rows rows) {
    byte[] to = converted(rows.height(), rows.width());
    int wanted = size.channels();
    for (int y = 0; y < rows.height(); y++) {
      Pixels.convert(
          rows.bytes(),
          rows.at(y),
          rows.channels(),
          rows.width(),
          to,
          y * rows.width() * wanted,
          wanted);
    }
    return resized(to, rows.height(), rows.width());
  }

  private byte[] pixels(Mat image) throws BadImage {
    if ((long) image.rows() * image.cols() > MOST_PIXELS) {
      throw new BadImage("an image of " + image.cols() + "x" + image.rows() + " pixels");
    }
    int count = image.rows() * image.cols();
    int channels = image.channels();
    if (raw.length != count * channels) {
      raw = new byte[count * channels];
    }
    image.get(0, 0, raw);
    for (int i = 0; channels >= 3 && i < raw.length; i += channels) {
      byte blue = raw[i];
      raw[i] = raw[i + 2];
      raw[i + 2] = blue;
    }
    byte[] to = converted(image.rows(), image.cols());
    Pixels.convert(raw, 0, channels, count, to, 0, size.channels());
    return resized(to, image.rows(), image.cols());
  }

  private byte[] converted(int height, int width) {
    int bytes = height * width * size.channels();
    if (converted.length != bytes) {
      converted = new byte[bytes];
    }
    return converted;
  }

  private byte[] resized(byte[] image, int height, int width) {
    if (height == size.height() && width == size.width()) {
      return image;
    }
    Pixels.resize(image, height, width, resized, size);
    return resized;
  }

  @Override
  public void close() {
    png.close();
  }
}
