package dev.verbatim.sweep;

import com.google.gson.Gson;
import com.google.gson.JsonParseException;
import java.io.PrintStream;
import java.util.Optional;

/**
 * One line from a worker to its launcher: how far a point is, or how it ended.
 *
 * @param share of the point that is done, from 0 to 1
 * @param end how it ended; null in the text where it has not
 */
record Message(int point, double share, Optional<Worker.Result> end) {
  private record Line(int point, double share, String end, String message) {}

  private static final Gson JSON = new Gson();

  static Message progress(int point, double share) {
    return new Message(point, share, Optional.empty());
  }

  static Message end(int point, Worker.Result result) {
    return new Message(point, 1, Optional.of(result));
  }

  void print(PrintStream out) {
    out.println(
        JSON.toJson(
            new Line(
                point,
                share,
                end.map(r -> r.end().name()).orElse(""),
                end.map(Worker.Result::message).orElse(""))));
    out.flush();
  }

  /** What a line says; empty where it is none of a worker's. */
  static Optional<Message> parse(String text) {
    try {
      Line line = JSON.fromJson(text, Line.class);
      return line == null || line.point() == 0
          ? Optional.empty()
          : Optional.of(
              line.end().isEmpty()
                  ? progress(line.point(), line.share())
                  : end(
                      line.point(),
                      new Worker.Result(Worker.End.valueOf(line.end()), line.message())));
    } catch (JsonParseException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
