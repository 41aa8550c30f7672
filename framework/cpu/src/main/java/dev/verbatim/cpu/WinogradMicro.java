package dev.verbatim.cpu;
import java.lang.invoke.MethodHandles;
final class WinogradMicro {
  public static void main(String[] args) {
    int bits = Integer.parseInt(args[0]);
    int chunks = Integer.parseInt(args[1]);
    int tiles = Integer.parseInt(args[2]);
    int planes = Integer.parseInt(args[3]);
    WinogradTiles t = Specialized.load(MethodHandles.lookup(), VectorWinogradTiles.class, WinogradTiles.class, bits);
    int panel = bits / 16;
    int st = Integer.getInteger("stride", 16);
    int vp = chunks * tiles * st + 16;
    int mp = (panel / 16) * tiles * 16 + 16;
    float[] v = new float[vp * 16 + 64], m = new float[mp * 16 + 64], u = new float[16 * chunks * 16 * panel + 64];
    for (int i = 0; i < v.length; i++) v[i] = i % 7 - 3;
    for (int i = 0; i < u.length; i++) u[i] = i % 5 - 2;
    double best = 1e9;
    for (int r = 0; r < 2000; r++) {
      long t0 = System.nanoTime();
      for (int k = 0; k < 64; k++) {
        int p = k % planes;
        t.product(v, 12 + p * vp, tiles * st, chunks, u, p * chunks * 16 * panel, m, 12 + p * mp, tiles);
      }
      best = Math.min(best, (System.nanoTime() - t0) / 64.0);
    }
    double flops = 2.0 * chunks * 16 * tiles * panel;
    System.out.printf("%d bits, %d chunks %d tiles %d planes: %.1f GF, cycles per 8 tiles %.1f%n", bits, chunks, tiles, planes, flops / best, best * 3.66 / (tiles / 8));
  }
}
