package dev.verbatim.cuda;

import static jcuda.driver.JCudaDriver.cuGraphDestroy;
import static jcuda.driver.JCudaDriver.cuGraphExecDestroy;
import static jcuda.driver.JCudaDriver.cuGraphInstantiate;
import static jcuda.driver.JCudaDriver.cuGraphLaunch;
import static jcuda.driver.JCudaDriver.cuStreamBeginCapture;
import static jcuda.driver.JCudaDriver.cuStreamEndCapture;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;

/**
 * Work that is done the first time, in which it takes its memory and loads its kernels; the second
 * time it is done while a graph records its launches, and from then on the graph is launched: one
 * call of the driver instead of hundreds.
 */
final class Recording implements Runnable, AutoCloseable {
  private final CUstream stream;
  private final Runnable work;
  private final CUgraphExec graph = new CUgraphExec();
  private int runs;

  Recording(CUstream stream, Runnable work) {
    this.stream = stream;
    this.work = work;
  }

  @Override
  public void run() {
    if (runs == 0) {
      work.run();
    } else {
      if (runs == 1) {
        record();
      }
      Driver.check(cuGraphLaunch(graph, stream), "a recorded step cannot be launched");
    }
    runs++;
  }

  private void record() {
    Driver.check(
        cuStreamBeginCapture(
            stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED), // other threads may load
        "a step cannot be recorded");
    CUgraph recorded = new CUgraph();
    work.run();
    Driver.check(cuStreamEndCapture(stream, recorded), "a step cannot be recorded");
    Driver.check(cuGraphInstantiate(graph, recorded, 0L), "a recorded step cannot be prepared");
    int _ = cuGraphDestroy(recorded);
  }

  @Override
  public void close() {
    if (runs > 1) {
      int _ = cuGraphExecDestroy(graph);
    }
  }
}
