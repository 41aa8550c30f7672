package dev.verbatim.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.verbatim.store.RunLock.Attempt;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks within one process, and the traces of other hosts. */
class RunLockTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @TempDir Path folder;

  private Attempt take() throws IOException {
    return RunLock.take(folder, InstantSource.fixed(NOW));
  }

  private void heardOf(String host, int secondsAgo) throws IOException {
    Files.writeString(
        folder.resolve(".lock"),
        "{\"host\":\"%s\",\"pid\":42,\"heartbeat\":\"%s\"}"
            .formatted(host, NOW.minusSeconds(secondsAgo)));
  }

  @Test
  void twoDoNotHoldItAndTheSecondIsToldWhoDoes() throws IOException {
    RunLock lock = assertInstanceOf(Attempt.Taken.class, take()).lock();
    var held = assertInstanceOf(Attempt.Held.class, take());
    assertEquals(ProcessHandle.current().pid(), held.by().pid());
    assertEquals(RunLock.host(), held.by().host());
    lock.close();
    var taken = assertInstanceOf(Attempt.Taken.class, take());
    assertTrue(taken.dead().isEmpty());
    taken.lock().close();
  }

  @Test
  void anotherHostHoldsItWhileItsHeartBeats() throws IOException {
    heardOf("elsewhere", 20);
    var held = assertInstanceOf(Attempt.Held.class, take());
    assertEquals("process 42 on elsewhere, last heard of 20 s ago", held.by().toString());
  }

  @Test
  void aHeartThatStoppedOnAnotherHostIsSucceeded() throws IOException {
    heardOf("elsewhere", 61);
    var taken = assertInstanceOf(Attempt.Taken.class, take());
    assertEquals("elsewhere", taken.dead().orElseThrow().host());
    taken.lock().close();
  }

  @Test
  void aTornTextIsOfSomebodyDead() throws IOException {
    Files.writeString(folder.resolve(".lock"), "{\"host\":\"els");
    assertInstanceOf(Attempt.Taken.class, take()).lock().close();
  }
}
