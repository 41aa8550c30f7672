package dev.verbatim.bench;

import com.sun.management.ThreadMXBean;
import dev.verbatim.cpu.VectorLimits;
import java.lang.management.ManagementFactory;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What is reported beside the time of an iteration: the machine's {@link VectorLimits} just before
 * and after it, the bytes allocated in it, and what one operation does. The public methods that
 * return a double are its columns.
 */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.EVENTS)
public class Beside {
  private final ThreadMXBean bean = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private VectorLimits limits;
  private double fma;
  private double triad;
  private long allocated;
  private double flopsOfOne;
  private double bytesOfOne;
  private double imagesOfOne;

  /** Warms the limits up. */
  @Setup(Level.Trial)
  public void begin(BenchmarkParams params) {
    limits = new VectorLimits(Integer.parseInt(params.getParam("threads")));
  }

  /** Says what one operation of the benchmark does; 0 stands for what does not apply. */
  void operation(double flops, double bytes, int images) {
    flopsOfOne = flops;
    bytesOfOne = bytes;
    imagesOfOne = images;
  }

  /** Measures the limits, then begins to count bytes. */
  @Setup(Level.Iteration)
  public void before() {
    fma = limits.fmaGflops();
    triad = limits.triadGbytes();
    allocated = -bean.getTotalThreadAllocatedBytes();
  }

  /** Ends counting bytes, then measures the limits again. */
  @TearDown(Level.Iteration)
  public void after() {
    allocated += bean.getTotalThreadAllocatedBytes();
    fma = (fma + limits.fmaGflops()) / 2;
    triad = (triad + limits.triadGbytes()) / 2;
  }

  /** Gives the threads back. */
  @TearDown(Level.Trial)
  public void end() {
    limits.close();
  }

  /** FMA peak beside the iteration, GFLOP/s. */
  public double fmaGflops() {
    return fma;
  }

  /** Triad beside the iteration, GB/s. */
  public double triadGbytes() {
    return triad;
  }

  /** Bytes allocated in the iteration by all threads. */
  public double allocatedBytes() {
    return allocated;
  }

  /** FLOPs of an operation. */
  public double flops() {
    return flopsOfOne;
  }

  /** Bytes that an operation reads and writes at least. */
  public double bytes() {
    return bytesOfOne;
  }

  /** Images of an operation. */
  public double images() {
    return imagesOfOne;
  }
}
