package dev.verbatim.sweep;

/** Hears how a sweep goes on; called by several threads, one at a time. */
public interface SweepListener {
  /** Something has changed, or some time has passed. */
  void progress(Snapshot now);

  /** Something that the user should know. */
  void note(String line);
}
