package dev.verbatim.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** Scan, then the packed cache if it is there and right, else decode and write it. */
final class Loader {
  private final Reader reader;
  private final DatasetOptions options;
  private final String split;
  private final List<LoadingRecord> loading;

  Loader(Reader reader, DatasetOptions options, String split, List<LoadingRecord> loading) {
    this.reader = reader;
    this.options = options;
    this.split = split;
    this.loading = loading;
  }

  Stored load() {
    long begin = System.nanoTime();
    Reader.Scan scan = reader.scan();
    record("scan", scan.images(), scan.bytes(), false, begin);
    if (options.cache().isEmpty()) {
      return decode(scan, Arena.ofAuto().allocate(pixelBytes(scan), 64));
    }
    var cache = new PackedCache(options.cache().get(), options.size() + "\n" + scan.state());
    long readBegin = System.nanoTime();
    Optional<Stored> cached =
        cache.read().filter(s -> options.skipBadImages() || s.skipped().isEmpty());
    if (cached.isPresent()) {
      record(
          "cache_read",
          cached.get().indices().length,
          cached.get().pixels().byteSize(),
          true,
          readBegin);
      return cached.get();
    }
    try (PackedCache.Draft draft = cache.create(pixelBytes(scan))) {
      Stored stored = decode(scan, draft.pixels());
      long writeBegin = System.nanoTime();
      draft.commit(stored);
      record("cache_write", stored.indices().length, stored.pixels().byteSize(), false, writeBegin);
      return stored;
    }
  }

  /** Decodes into a file, whatever is there. */
  void pack(PackedCache file) {
    Reader.Scan scan = reader.scan();
    try (PackedCache.Draft draft = file.create(pixelBytes(scan))) {
      draft.commit(decode(scan, draft.pixels()));
    }
  }

  private long pixelBytes(Reader.Scan scan) {
    return (long) scan.images() * options.size().bytes();
  }

  private Stored decode(Reader.Scan scan, MemorySegment pixels) {
    long begin = System.nanoTime();
    Reader.Decoded decoded = reader.decode(pixels);
    int count = 0;
    for (boolean good : decoded.good()) {
      count += good ? 1 : 0;
    }
    int[] indices = new int[count];
    int[] labels = new int[count];
    int at = 0;
    for (int i = 0; i < decoded.good().length; i++) {
      if (decoded.good()[i]) {
        indices[at] = i;
        labels[at++] = decoded.labels()[i];
      }
    }
    String fingerprint =
        PixelFingerprint.of(options.size(), pixels, indices, labels, options.threads());
    record("decode", count, scan.bytes(), false, begin);
    return new Stored(
        options.size(),
        pixels,
        scan.images(),
        indices,
        labels,
        decoded.classNames(),
        decoded.filesSha256(),
        fingerprint,
        decoded.skipped());
  }

  private void record(String phase, int images, long bytes, boolean cached, long begin) {
    loading.add(
        new LoadingRecord(
            split,
            phase,
            images,
            bytes,
            options.threads(),
            cached,
            (System.nanoTime() - begin) / 1e9));
  }
}
