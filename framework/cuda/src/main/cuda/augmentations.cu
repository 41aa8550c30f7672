/*
 * A batch of augmented images from stored bytes, as dev.verbatim.augment defines it: an image draws from Philox(seed,
 * AUGMENT, epoch, its place among the stored images), and what was drawn depends on nothing else.
 *
 * A block of threads for each image, which stays in shared memory from its bytes to its last change (images too large for
 * that go to and fro between the batch and `work`). Every thread draws the same numbers and takes the same way; pixels
 * are shared among them. No sums but the mean grey of `contrast`: float64, in index order, by one thread.
 * Bound by the latency of the list of changes: a step's smallest part.
 */
#include "philox.cuh"

/** As in dev.verbatim.augment.Program, which writes them; then come their numbers. */
enum Change { END, CROP, FLIP, ROTATION, TRANSLATION, AFFINE, JITTER, CUTOUT, NORMALIZE };

constexpr float PER_BYTE = 1.0f / 255.0f;
constexpr float RED = 0.2989f;
constexpr float GREEN = 0.587f;
constexpr float BLUE = 0.114f;
constexpr double PI = 0x1.921fb54442d18p1;
constexpr int KINDS = 4;  // of changes of colour

/** Java's Math.max and Math.min: -0 is less than +0, and NaN wins. */
static __device__ __forceinline__ float larger(float a, float b) {
  return a == b ? (signbit(a) ? b : a) : a != a || a > b ? a : b;
}
static __device__ __forceinline__ float smaller(float a, float b) {
  return a == b ? (signbit(a) ? a : b) : a != a || a < b ? a : b;
}
static __device__ __forceinline__ float bounded(float x) {
  return smaller(1.0f, larger(0.0f, x));
}

/** sin(pi x) as dev.verbatim.tensor.Elementary has it. */
static __device__ double sineOfPi(double x) {
  double folded = x > 0.5 ? 1.0 - x : x < -0.5 ? -1.0 - x : x;
  double y = PI * folded;
  double square = y * y;
  double sum = 1.0;
  for (int n = 21; n > 1; n -= 2) {
    sum = 1.0 - square / static_cast<double>(n * (n - 1)) * sum;
  }
  return y * sum;
}
static __device__ __forceinline__ double cosineOfPi(double x) {
  return sineOfPi(0.5 - fabs(x));
}

/** The numbers of one image, one after another. */
struct Drawn {
  unsigned key0, key1, index, epoch;
  unsigned block;
  int left;
  uint4 words;

  __device__ __forceinline__ unsigned word() {
    if (left == 0) {
      words = philox(key0, key1, block, index, epoch, AUGMENT);
      block++;
      left = 4;
    }
    unsigned first = words.x;
    words = make_uint4(words.y, words.z, words.w, first);
    left--;
    return first;
  }
  __device__ __forceinline__ int below(int bound) {
    return static_cast<int>(static_cast<uint64_t>(word()) * static_cast<unsigned>(bound) >> 32);
  }
  __device__ __forceinline__ float share() {
    return static_cast<float>(word() >> 8) * 0x1p-24f;
  }
  __device__ __forceinline__ float between(float from, float to) {
    return fmaf(share(), to - from, from);
  }
};

/** One image that is being changed, and room for another of its size. */
struct Canvas {
  int height, width, channels;
  float* pixels;
  float* spare;

  __device__ __forceinline__ int size() const {
    return height * width * channels;
  }
  __device__ __forceinline__ float at(int row, int column, int channel) const {
    bool inside = row >= 0 && row < height && column >= 0 && column < width;
    return inside ? pixels[(row * width + column) * channels + channel] : 0.0f;
  }
  __device__ __forceinline__ void swap() {
    __syncthreads();
    float* old = pixels;
    pixels = spare;
    spare = old;
  }
  __device__ __forceinline__ float grey(int i) const {
    return channels == 3 ? fmaf(RED, pixels[i], fmaf(GREEN, pixels[i + 1], BLUE * pixels[i + 2])) : pixels[i];
  }

  /** Moved by whole pixels; what comes in from outside is 0. */
  __device__ void shift(int down, int right) {
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      int pixel = i / channels;
      spare[i] = at(pixel / width - down, pixel % width - right, i % channels);
    }
    swap();
  }

  __device__ void mirror() {
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      int pixel = i / channels;
      spare[i] = at(pixel / width, width - 1 - pixel % width, i % channels);
    }
    swap();
  }

  /** Each pixel from the place (a x + b y, c x + d y) off the middle, after moving; bilinearly, outside 0. */
  __device__ void transform(float a, float b, float c, float d, float right, float down) {
    float middleX = static_cast<float>(width - 1) * 0.5f;
    float middleY = static_cast<float>(height - 1) * 0.5f;
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      int pixel = i / channels;
      float y = static_cast<float>(pixel / width) - middleY - down;
      float x = static_cast<float>(pixel % width) - middleX - right;
      spare[i] = sample(fmaf(a, x, b * y) + middleX, fmaf(c, x, d * y) + middleY, i % channels);
    }
    swap();
  }

  __device__ __forceinline__ float sample(float x, float y, int channel) const {
    if (!(x > -1.0f && x < static_cast<float>(width) && y > -1.0f && y < static_cast<float>(height))) {
      return 0.0f;
    }
    int left = static_cast<int>(x + 1.0f) - 1;  // floor, for x above -1
    int top = static_cast<int>(y + 1.0f) - 1;
    float along = x - static_cast<float>(left);
    float down = y - static_cast<float>(top);
    float topLeft = at(top, left, channel);
    float bottomLeft = at(top + 1, left, channel);
    float upper = fmaf(along, at(top, left + 1, channel) - topLeft, topLeft);
    float lower = fmaf(along, at(top + 1, left + 1, channel) - bottomLeft, bottomLeft);
    return fmaf(down, lower - upper, upper);
  }

  __device__ void brightness(float factor) {
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      pixels[i] = bounded(pixels[i] * factor);
    }
    __syncthreads();
  }

  __device__ void contrast(float factor) {
    __shared__ float mean;
    int count = height * width;
    for (int i = threadIdx.x; i < count; i += blockDim.x) {
      spare[i] = grey(i * channels);
    }
    __syncthreads();
    if (threadIdx.x == 0) {
      double sum = 0.0;
#pragma unroll 8
      for (int i = 0; i < count; i++) {
        sum += static_cast<double>(spare[i]);
      }
      mean = static_cast<float>(sum * channels / size());
    }
    __syncthreads();
    float rest = (1.0f - factor) * mean;
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      pixels[i] = bounded(fmaf(factor, pixels[i], rest));
    }
    __syncthreads();
  }

  __device__ void saturation(float factor) {
    for (int i = threadIdx.x * 3; i < size(); i += blockDim.x * 3) {
      float rest = (1.0f - factor) * grey(i);
      for (int c = i; c < i + 3; c++) {
        pixels[c] = bounded(fmaf(factor, pixels[c], rest));
      }
    }
    __syncthreads();
  }

  /** One of red (5), green (3) and blue (1) from hue in sixths of a turn, value and range. */
  static __device__ __forceinline__ float component(float offset, float sixths, float value, float range) {
    float k = offset + sixths;
    k = k >= 6.0f ? k - 6.0f : k;
    float share = larger(0.0f, smaller(1.0f, smaller(k, 4.0f - k)));
    return fmaf(-range, share, value);
  }

  __device__ void hue(float turn) {
    for (int i = threadIdx.x * 3; i < size(); i += blockDim.x * 3) {
      float r = pixels[i];
      float g = pixels[i + 1];
      float b = pixels[i + 2];
      float largest = larger(r, larger(g, b));
      float range = largest - smaller(r, smaller(g, b));
      if (range > 0.0f) {
        float sixths = largest == r   ? (g - b) / range
                       : largest == g ? 2.0f + (b - r) / range
                                      : 4.0f + (r - g) / range;
        float turned = fmaf(6.0f, turn, sixths);
        turned = turned < 0.0f ? turned + 6.0f : turned >= 6.0f ? turned - 6.0f : turned;
        pixels[i] = component(5.0f, turned, largest, range);
        pixels[i + 1] = component(3.0f, turned, largest, range);
        pixels[i + 2] = component(1.0f, turned, largest, range);
      }
    }
    __syncthreads();
  }

  /** Brightness, contrast, saturation and hue in an order that is drawn; a factor of 1 leaves all pixels alone. */
  __device__ void jitter(const float* ranges, Drawn& drawn) {
    float size[KINDS];
#pragma unroll
    for (int k = 0; k < KINDS; k++) {
      size[k] = drawn.between(ranges[2 * k], ranges[2 * k + 1]);
    }
    int left = 15;
    for (int remaining = KINDS; remaining > 0; remaining--) {
      int rest = left;
      for (int n = drawn.below(remaining); n > 0; n--) {
        rest &= rest - 1;
      }
      int kind = rest & -rest;
      left &= ~kind;
      if (kind == 1 && size[0] != 1.0f) {
        brightness(size[0]);
      } else if (kind == 2 && size[1] != 1.0f) {
        contrast(size[1]);
      } else if (kind == 4 && channels == 3 && size[2] != 1.0f) {
        saturation(size[2]);
      } else if (kind == 8 && channels == 3 && size[3] != 0.0f) {
        hue(size[3]);
      }
    }
  }

  __device__ void cutout(int square, Drawn& drawn) {
    int top = drawn.below(height) - square / 2;
    int left = drawn.below(width) - square / 2;
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      int row = i / channels / width;
      int column = i / channels % width;
      if (row >= top && row < top + square && column >= left && column < left + square) {
        pixels[i] = 0.0f;
      }
    }
    __syncthreads();
  }

  __device__ void normalize(const float* scale, const float* shift) {
    for (int i = threadIdx.x; i < size(); i += blockDim.x) {
      pixels[i] = fmaf(pixels[i], scale[i % channels], shift[i % channels]);
    }
    __syncthreads();
  }

  __device__ void rotate(float degrees, Drawn& drawn) {
    double turn = drawn.between(-degrees, degrees) / 180.0;
    float sine = static_cast<float>(sineOfPi(turn));
    float cosine = static_cast<float>(cosineOfPi(turn));
    transform(cosine, -sine, sine, cosine, 0.0f, 0.0f);
  }

  /** numbers: degrees, furthest right and down, least and most enlargement, degrees of shear. */
  __device__ void affine(const float* numbers, Drawn& drawn) {
    float angle = drawn.between(-numbers[0], numbers[0]);
    float right = rintf(drawn.between(-numbers[1], numbers[1]));
    float down = rintf(drawn.between(-numbers[2], numbers[2]));
    double scale = drawn.between(numbers[3], numbers[4]);
    double slant = drawn.between(-numbers[5], numbers[5]) / 180.0;
    double sine = sineOfPi(angle / 180.0);
    double cosine = cosineOfPi(angle / 180.0);
    double tangent = sineOfPi(slant) / cosineOfPi(slant);
    double forwardB = cosine * tangent - sine;
    double forwardD = sine * tangent + cosine;
    transform(
        static_cast<float>(forwardD / scale),
        static_cast<float>(-forwardB / scale),
        static_cast<float>(-sine / scale),
        static_cast<float>(cosine / scale),
        right,
        down);
  }
};

KERNEL(
    augmentImages,
    const unsigned char* images,
    const int* indices,
    const int* random,
    const int* program,
    float* x,
    float* work,
    Images batch) {
  DYN_SHARED(float, shared);
  int size = batch.height * batch.width * batch.channels;
  size_t first = static_cast<size_t>(blockIdx.x) * size;
  Canvas canvas{
      batch.height, batch.width, batch.channels, work ? x + first : shared, work ? work + first : shared + size};
  int stored = indices[blockIdx.x];
  const unsigned char* bytes = images + static_cast<size_t>(stored) * size;
  for (int i = threadIdx.x; i < size; i += blockDim.x) {
    canvas.pixels[i] = static_cast<float>(bytes[i]) * PER_BYTE;
  }
  __syncthreads();

  Drawn drawn{
      static_cast<unsigned>(random[0]),
      static_cast<unsigned>(random[1]),
      static_cast<unsigned>(stored),
      static_cast<unsigned>(random[2]),
      0,
      0,
      make_uint4(0, 0, 0, 0)};
  for (const int* at = program; *at != END;) {
    const float* numbers = reinterpret_cast<const float*>(at + 1);
    switch (*at) {
      case CROP: {
        int down = at[1] - drawn.below(2 * at[1] + 1);
        int right = at[1] - drawn.below(2 * at[1] + 1);
        canvas.shift(down, right);
        at += 2;
        break;
      }
      case FLIP:
        if (drawn.share() < numbers[0]) {
          canvas.mirror();
        }
        at += 2;
        break;
      case ROTATION:
        canvas.rotate(numbers[0], drawn);
        at += 2;
        break;
      case TRANSLATION: {
        float right = rintf(drawn.between(-numbers[0], numbers[0]));
        float down = rintf(drawn.between(-numbers[1], numbers[1]));
        canvas.shift(static_cast<int>(down), static_cast<int>(right));
        at += 3;
        break;
      }
      case AFFINE:
        canvas.affine(numbers, drawn);
        at += 7;
        break;
      case JITTER:
        canvas.jitter(numbers, drawn);
        at += 1 + 2 * KINDS;
        break;
      case CUTOUT:
        canvas.cutout(at[1], drawn);
        at += 2;
        break;
      default:
        canvas.normalize(numbers, numbers + batch.channels);
        at += 1 + 2 * batch.channels;
    }
  }

  if (canvas.pixels != x + first) {
    for (int i = threadIdx.x; i < size; i += blockDim.x) {
      x[first + i] = canvas.pixels[i];
    }
  }
}
