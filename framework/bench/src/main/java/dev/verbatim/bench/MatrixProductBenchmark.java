package dev.verbatim.bench;

import dev.verbatim.tensor.Kernels.Transpose;
import dev.verbatim.tensor.Tensor;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Matrix products {@code C[m,n]} over k: a large one, and the first dense layer of the plain CNN.
 */
public class MatrixProductBenchmark extends KernelBenchmark {
  /** m, k and n. */
  @Param({"1024x1024x1024", "64x576x128"})
  public String shape = "";

  private Tensor a;
  private Tensor aTransposed;
  private Tensor b;
  private Tensor bTransposed;
  private Tensor c;

  /** Makes both operands in both orders. */
  @Setup
  public void place(Beside figures) {
    open(figures);
    int[] mkn = Arrays.stream(shape.split("x", -1)).mapToInt(Integer::parseInt).toArray();
    a = tensor(mkn[0], mkn[1]);
    aTransposed = tensor(mkn[1], mkn[0]);
    b = tensor(mkn[1], mkn[2]);
    bTransposed = tensor(mkn[2], mkn[1]);
    c = tensor(mkn[0], mkn[2]);
    beside.operation(2.0 * mkn[0] * mkn[1] * mkn[2], bytes(a, b, c), 0);
  }

  /** {@code A · B}. */
  @Benchmark
  public void nn() {
    k.gemm(Transpose.NN, a, b, false, c);
  }

  /** {@code A · Bᵀ}. */
  @Benchmark
  public void nt() {
    k.gemm(Transpose.NT, a, bTransposed, false, c);
  }

  /** {@code Aᵀ · B}. */
  @Benchmark
  public void tn() {
    k.gemm(Transpose.TN, aTransposed, b, false, c);
  }
}
