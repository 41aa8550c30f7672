package dev.verbatim.spec;

import java.util.List;

/** {@code schedule:} of the learning rate; {@code constant} so far. */
public record ScheduleSpec(String kind) {
  static ScheduleSpec read(Section s) {
    var spec = new ScheduleSpec(s.word("kind", "constant", List.of("constant")));
    s.done();
    return spec;
  }
}
