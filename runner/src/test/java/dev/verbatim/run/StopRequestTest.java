package dev.verbatim.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StopRequestTest {
  private final StopRequest stop = new StopRequest();
  private final List<String> killed = new ArrayList<>();

  @Test
  void whoeverListensStopsByItselfUntilItIsAskedAgain() {
    assertFalse(stop.request(), "nobody listens");
    stop.atOnce(() -> killed.add("workers"));
    stop.listen(true);
    stop.listen(true);
    stop.listen(false);
    assertTrue(stop.request(false), "the outer one still listens");
    assertEquals(List.of(), killed);
    assertFalse(stop.request(true));
    assertEquals(List.of("workers"), killed);
  }

  @Test
  void aPatientOneIsLeftToItsListeners() {
    stop.bePatient();
    stop.listen(true);
    assertTrue(stop.request(true), "a worker ends when its launcher ends it");
  }
}
