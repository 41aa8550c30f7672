package dev.verbatim.store;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps a second process out of a run's folder. The operating system's lock on {@code .lock} ends
 * with its owner however that ends; the text in the file (host, pid, heartbeat) tells others who it
 * is, and guards where folders are shared between hosts but locks are not.
 */
public final class RunLock implements AutoCloseable {
  /** A heartbeat of another host older than this is that of a dead process. */
  static final Duration STALE = Duration.ofSeconds(60);

  /*
   * Folders that this process holds. Closing any channel of a file drops the system's locks of the
   * whole process on it, so a folder of our own must be recognised before its file is opened; the
   * lock is the process's, and so is this.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private static final Duration BEAT = Duration.ofSeconds(5);
  private static final long LOCKED_BYTE = Long.MAX_VALUE - 1; // so that the text stays readable
  private static final int TEXT_BYTES = 256;

  private final Path file;
  private final FileChannel channel;
  private final FileLock lock;
  private final InstantSource clock;
  private final ScheduledExecutorService heart;

  private RunLock(Path file, FileChannel channel, FileLock lock, InstantSource clock)
      throws IOException {
    this.file = file;
    this.channel = channel;
    this.lock = lock;
    this.clock = clock;
    beat();
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "verbatim-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
    var _ =
        heart.scheduleAtFixedRate(
            this::beatQuietly, BEAT.toMillis(), BEAT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Who holds a folder.
   *
   * @param age of its last heartbeat
   */
  public record Holder(String host, long pid, Duration age) {
    private boolean isAlive() {
      return age.compareTo(STALE) < 0
          && (!host.equals(RunLock.host())
              || ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
    }

    @Override
    public String toString() {
      return "process " + pid + " on " + host + ", last heard of " + age.toSeconds() + " s ago";
    }
  }

  /** What an attempt gave: the lock, or who has it. */
  public sealed interface Attempt {
    /**
     * It is ours now.
     *
     * @param dead who held it and ended without giving it back
     */
    record Taken(RunLock lock, Optional<Holder> dead) implements Attempt {}

    /** Another process has it. */
    record Held(Holder by) implements Attempt {}
  }

  /**
   * Tries to take a folder, which must be there.
   *
   * @throws IOException if its lock file cannot be written
   */
  public static Attempt take(Path folder, InstantSource clock) throws IOException {
    Path file = folder.toRealPath().resolve(".lock");
    if (!HELD.add(file)) {
      return new Attempt.Held(new Holder(host(), ProcessHandle.current().pid(), Duration.ZERO));
    }
    try {
      Attempt attempt = takeOnce(file, clock);
      if (attempt instanceof Attempt.Held) {
        HELD.remove(file);
      }
      return attempt;
    } catch (IOException e) {
      HELD.remove(file);
      throw e;
    }
  }

  private static Attempt takeOnce(Path file, InstantSource clock) throws IOException {
    FileChannel channel;
    try {
      channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new IOException(file + ": cannot be written: " + Disk.reason(e), e);
    }
    try {
      Optional<FileLock> lock = tryLock(channel);
      Optional<Holder> holder = holder(channel, clock.instant());
      boolean elsewhereAlive =
          holder.isPresent()
              && !holder.get().host().equals(host())
              && holder.get().age().compareTo(STALE) < 0;
      if (lock.isEmpty() || elsewhereAlive) {
        channel.close();
        return new Attempt.Held(holder.orElse(new Holder("this host", 0, Duration.ZERO)));
      }
      return new Attempt.Taken(new RunLock(file, channel, lock.get(), clock), holder);
    } catch (IOException e) {
      channel.close();
      throw new IOException(file + ": cannot be written: " + Disk.reason(e), e);
    }
  }

  /**
   * Who holds a folder now, by the text in its lock file, which is only read: on this host a
   * process that lives, on another one whose heart beats.
   */
  public static Optional<Holder> holder(Path folder, InstantSource clock) {
    Path file = folder.resolve(".lock");
    if (!Files.isRegularFile(file) || HELD.contains(file.toAbsolutePath().normalize())) {
      return Optional.empty(); // to open a file of our own would drop its lock
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return holder(channel, clock.instant()).filter(Holder::isAlive);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
    try {
      return Optional.ofNullable(channel.tryLock(LOCKED_BYTE, 1, false));
    } catch (OverlappingFileLockException e) {
      return Optional.empty(); // this very process has it
    }
  }

  private static Optional<Holder> holder(FileChannel channel, Instant now) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(TEXT_BYTES);
    int length = channel.read(bytes, 0);
    if (length <= 0) {
      return Optional.empty();
    }
    try {
      String text = new String(bytes.array(), 0, length, StandardCharsets.UTF_8);
      JsonObject json = JsonParser.parseString(text).getAsJsonObject();
      Instant beat = Instant.parse(json.get("heartbeat").getAsString());
      Duration age = Duration.between(beat, now);
      return Optional.of(
          new Holder(
              json.get("host").getAsString(),
              json.get("pid").getAsLong(),
              age.isNegative() ? Duration.ZERO : age));
    } catch (RuntimeException e) {
      return Optional.empty(); // torn: its owner died over it
    }
  }

  private void beat() throws IOException {
    JsonObject json = new JsonObject();
    json.addProperty("host", host());
    json.addProperty("pid", ProcessHandle.current().pid());
    json.addProperty("heartbeat", clock.instant().toString());
    byte[] text = json.toString().getBytes(StandardCharsets.UTF_8);
    ByteBuffer padded = ByteBuffer.allocate(TEXT_BYTES);
    padded.put(text);
    while (padded.hasRemaining()) {
      padded.put((byte) ' ');
    }
    int _ = channel.write(padded.flip(), 0);
  }

  private void beatQuietly() {
    try {
      beat();
    } catch (IOException e) {
      // a full disk is told where it hurts; a heartbeat less only makes us look older
    }
  }

  /** The name of this machine. */
  public static String host() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.substring(0, Math.min(name.length(), 100));
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Gives the folder back. The file stays, empty: to remove it would let two others in at once. */
  @Override
  public void close() throws IOException {
    heart.shutdown(); // not interrupted: that would close the channel
    try {
      boolean _ = heart.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (channel.isOpen()) {
      channel.truncate(0);
      lock.release();
      channel.close();
      HELD.remove(file);
    }
  }
}
