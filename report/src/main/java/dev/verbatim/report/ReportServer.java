package dev.verbatim.report;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * Shows a report while runs go on, to this machine alone: the page asks for {@code /version} every
 * now and then and takes over what has changed. The experiments themselves are read once; what lies
 * beside the page is made anew when it is asked for.
 */
public final class ReportServer implements AutoCloseable {
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final String HTML = "text/html; charset=utf-8";
  private static final Map<String, String> TYPES =
      Map.of(
          "html", HTML,
          "svg", "image/svg+xml",
          "png", "image/png",
          "json", "application/json");

  private final ReportWriter.Input input;
  private final Path out;
  private final HttpServer server;
  private String seen = "";
  private String written = "";
  private long lookedNanos;
  private String page = "";

  private ReportServer(ReportWriter.Input input, Path out, HttpServer server) {
    this.input = input;
    this.out = out;
    this.server = server;
  }

  /**
   * Starts to serve.
   *
   * @param out where the report was written, for its tables and figures
   * @param port on the loopback address; 0 takes any that is free
   * @throws IOException if the port is taken
   */
  public static ReportServer start(ReportWriter.Input input, Path out, int port)
      throws IOException {
    var address = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
    var reports = new ReportServer(input, out, HttpServer.create(address, 0));
    reports.server.createContext("/", reports::answer);
    reports.server.setExecutor(
        Executors.newFixedThreadPool(
            2,
            work -> {
              var thread = new Thread(work, "report");
              thread.setDaemon(true);
              return thread;
            }));
    reports.server.start();
    return reports;
  }

  /** Where a browser finds it. */
  public String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      // Another site's name that leads here is not to read along.
      String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
      String path = exchange.getRequestURI().getPath();
      if (!host.matches("(127\\.0\\.0\\.1|localhost)(:\\d+)?")) {
        send(exchange, 403, "text/plain", "only for this machine".getBytes(StandardCharsets.UTF_8));
      } else if (path.equals("/version")) {
        send(exchange, 200, "text/plain", look().getBytes(StandardCharsets.UTF_8));
      } else if (path.equals("/") || path.equals("/index.html")) {
        look();
        send(exchange, 200, HTML, page().getBytes(StandardCharsets.UTF_8));
      } else {
        file(exchange, path.substring(1));
      }
    } catch (RuntimeException e) {
      // A connection that the browser has closed; there is nobody to tell.
      exchange.close();
    }
  }

  /** Tables and figures are made anew when one is asked for and the results have changed. */
  private synchronized void write() throws IOException {
    if (!look().equals(written)) {
      ReportWriter.write(input, out);
      written = seen;
    }
  }

  private synchronized String page() {
    return page;
  }

  /** What the results look like now; the page is made anew where that has changed. */
  private synchronized String look() throws IOException {
    if (seen.isEmpty() || System.nanoTime() - lookedNanos > LOOK_NANOS) {
      String now = fingerprint();
      if (!now.equals(seen)) {
        // The page knows what it shows, so that no change between loading it and asking is missed.
        page =
            Report.read(input)
                .page(ReportWriter.link(out, input.results()))
                .replace("id=\"live\"", "id=\"live\" data-version=\"" + now + "\"");
        seen = now;
      }
      lookedNanos = System.nanoTime();
    }
    return seen;
  }

  /** Number, sizes and times of all files of the results. */
  private String fingerprint() throws IOException {
    if (!Files.isDirectory(input.results())) {
      return "none";
    }
    try (Stream<Path> files =
        Files.find(
            input.results(),
            6,
            (path, attributes) -> attributes.isRegularFile(),
            FileVisitOption.FOLLOW_LINKS)) {
      long[] sums = new long[3];
      files.forEach(
          file -> {
            try {
              var attributes = Files.readAttributes(file, BasicFileAttributes.class);
              sums[0]++;
              sums[1] += attributes.size();
              sums[2] += attributes.lastModifiedTime().toMillis() * 31 + file.hashCode();
            } catch (IOException e) {
              sums[0]++; // gone between being listed and being looked at
            }
          });
      return sums[0] + "-" + sums[1] + "-" + Long.toHexString(sums[2]);
    }
  }

  /** A file of the report, or of the results by the link that the page has to them. */
  private void file(HttpExchange exchange, String path) throws IOException {
    String results = ReportWriter.link(out, input.results()).replaceAll("^(\\.\\./)+", "") + "/";
    Path root = path.startsWith(results) ? input.results() : out;
    if (root.equals(out)) {
      write();
    }
    String rest = path.startsWith(results) ? path.substring(results.length()) : path;
    Path file = root.resolve(rest).normalize();
    if (!file.startsWith(root.normalize()) || !Files.isRegularFile(file)) {
      send(exchange, 404, "text/plain", "no such file".getBytes(StandardCharsets.UTF_8));
      return;
    }
    String ending = rest.substring(rest.lastIndexOf('.') + 1);
    send(
        exchange,
        200,
        TYPES.getOrDefault(ending, "text/plain; charset=utf-8"),
        Files.readAllBytes(file));
  }

  private static void send(HttpExchange exchange, int code, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }
}
