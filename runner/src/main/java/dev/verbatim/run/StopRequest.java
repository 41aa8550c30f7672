package dev.verbatim.run;

/**
 * Asks whoever trains to stop at the next step with a checkpoint. Set by another thread, such as
 * that of a signal.
 */
public final class StopRequest {
  private volatile boolean requested;
  private volatile boolean heard;

  /**
   * Asks.
   *
   * @return whether somebody is listening, who will stop with a checkpoint by itself
   */
  public boolean request() {
    requested = true;
    return heard;
  }

  /** Whether it was asked. */
  public boolean isRequested() {
    return requested;
  }

  /** Says whether requests are looked at now. */
  void listen(boolean now) {
    heard = now;
  }
}
