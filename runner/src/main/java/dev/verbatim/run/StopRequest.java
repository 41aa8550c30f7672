package dev.verbatim.run;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks whoever trains to stop at the next step with a checkpoint. Set by another thread, such as
 * that of a signal.
 */
public final class StopRequest {
  private final AtomicInteger listeners = new AtomicInteger();
  private volatile boolean requested;
  private volatile boolean patient;
  private volatile Runnable atOnce = () -> {};

  /**
   * Asks.
   *
   * @param again whether somebody has lost patience with the first request
   * @return whether somebody is listening, who will stop with a checkpoint by itself
   */
  public boolean request(boolean again) {
    requested = true;
    if (again && !patient) {
      atOnce.run();
      return false;
    }
    return listeners.get() > 0;
  }

  /** Asks for the first time. */
  public boolean request() {
    return request(false);
  }

  /** Whether it was asked. */
  public boolean isRequested() {
    return requested;
  }

  /** Says whether requests are looked at from now on; calls may be nested. */
  public void listen(boolean now) {
    listeners.addAndGet(now ? 1 : -1);
  }

  /** From now on, however often it is asked, it is left to the listeners to stop. */
  public void bePatient() {
    patient = true;
  }

  /** What is done before the process ends because it was asked again. */
  public void atOnce(Runnable last) {
    atOnce = last;
  }
}
