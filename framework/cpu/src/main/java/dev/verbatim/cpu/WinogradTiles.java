package dev.verbatim.cpu;

/** The inner loops of Winograd's convolution, on vectors of one width. */
interface WinogradTiles {
  /** Channels that lie side by side in scratch memory: a cache line. */
  int CHUNK = 16;

  /** Where things lie. One object a thread. */
  final class Span {
    /** Values in tiles, [16][chunk][tile][CHUNK]. */
    float[] v = {};

    /** Products, or gradients in tiles. */
    float[] m = {};

    int vPlane;
    int mPlane;

    /** Floats from a chunk to the next: tiles times CHUNK. */
    int chunk;

    int tiles;
    final float[] fence = new float[32];
  }

  /**
   * Values of a row of tiles, for one chunk of channels.
   *
   * @param first row above the tiles' own two
   * @param step floats from a pixel to the next
   */
  void input(
      float[] x,
      float[] first,
      int firstAt,
      int at1,
      int at2,
      float[] last,
      int lastAt,
      int tiles,
      int step,
      float[] v,
      int vAt,
      int plane);

  /** Products of one position of the tile and one panel: m = v · u. */
  void product(
      float[] v, int vAt, int chunk, int chunks, float[] u, int uAt, float[] m, int mAt, int tiles);

  /** Outputs of a row of tiles, for one chunk. */
  void output(
      float[] m,
      int mAt,
      int plane,
      int tiles,
      float[] bias,
      int biasAt,
      boolean biased,
      boolean accumulate,
      float[] y,
      int yAt0,
      int yAt1,
      int step);

  /** Gradients of a row of tiles, for one chunk. */
  void gradient(
      float[] dY, int at0, int at1, int tiles, int step, float[] m, int mAt, int plane);

  /** Adds the products of values and gradients of tiles, in order, for 8 channels and a panel. */
  void sums(
      float[] v,
      int vAt,
      float[] d,
      int dAt,
      int chunk,
      int tiles,
      float[] sums,
      int at,
      int stride,
      boolean fresh);

  /** Weights in tiles: U = G g Gᵀ for count values of each. */
  void weights(float[] w, int wAt, int wPlane, int count, float[] u, int uAt, int uPlane);

  /** Gradients of weights from those in tiles. */
  void weightGradients(float[] u, int uAt, int uPlane, int count, boolean add, float[] w, int wAt, int wPlane);
}
