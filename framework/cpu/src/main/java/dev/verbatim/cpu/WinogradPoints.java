package dev.verbatim.cpu;

/**
 * The numbers in the transforms of Winograd's F(4x4, 3x3) at the points 0, ±P, ±Q and infinity:
 * NUMERICS.md, "Convolutions in tiles". The first eight are exact, the others rounded once.
 */
final class WinogradPoints {
  static final float P = 11f / 16;
  static final float P2 = 121f / 256;
  static final float P3 = 1331f / 4096;
  static final float Q = 3f / 2;
  static final float Q2 = 9f / 4;
  static final float Q3 = 27f / 8;
  static final float PRODUCT = 1089f / 1024; // P2 · Q2
  static final float SUM = 697f / 256; // P2 + Q2

  static final float AT_0 = 1024f / 1089;
  static final float P_EVEN = -32768f / 55055;
  static final float P_ODD = -2048f / 5005;
  static final float Q_EVEN = 512f / 4095;
  static final float Q_ODD = 256f / 1365;
  static final float SQUARE = 128f / 455; // of Q; negative for P

  private WinogradPoints() {}
}
