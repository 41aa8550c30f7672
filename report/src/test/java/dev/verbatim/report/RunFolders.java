package dev.verbatim.report;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes folders of runs by hand, with two epochs each. */
final class RunFolders {
  static final String METRICS_HEADER =
      "epoch,step,learning_rate,train_loss,train_accuracy,val_loss,val_accuracy,val_top5,weights_sha256\n";

  private final Path results;

  RunFolders(Path results) {
    this.results = results;
  }

  Path results() {
    return results;
  }

  /**
   * A finished run whose best validation accuracy is in epoch 1 and whose last is {@code accuracy}.
   */
  Path finished(String experiment, String variant, int seed, String id, double accuracy)
      throws IOException {
    return finished(experiment, variant, seed, id, 95, accuracy);
  }

  /** A finished run with validation accuracies after its two epochs. */
  Path finished(String experiment, String variant, int seed, String id, double first, double last)
      throws IOException {
    Path folder = folder(experiment, variant, seed, id);
    write(folder, "config.yaml", "name: " + experiment + "\ntrain: {seeds: [" + seed + "]}\n");
    write(
        folder,
        "model.csv",
        """
        layer,type,output_shape,parameters,macs,flops
        0,conv2d,"[26,26,8]",80,48672,97344
        total,,[10],53866,240544,481088
        """);
    write(
        folder,
        "loading.csv",
        """
        split,phase,images,bytes,threads,cached,seconds,images_per_second
        all,scan,1000,5000,2,false,0.5,2000
        all,decode,1000,5000,2,false,1.5,666.7
        all,cache_write,1000,784000,2,false,9,111.1
        """);
    write(
        folder,
        "metrics.csv",
        METRICS_HEADER
            + "1,14,0.01,1.2,60,1.1,%s,99,aaaaaaaaaaaaaaaa\n".formatted(Numbers.exact(first))
            + "2,28,0.01,0.25,92.5,0.3,%s,99.5,bbbbbbbbbbbbbbbb\n".formatted(Numbers.exact(last)));
    write(
        folder,
        "timing.csv",
        """
        epoch,train_seconds,data_wait_seconds,eval_seconds,images_per_second,peak_memory_bytes
        1,3,0.01,0.5,300,104857600
        2,2,0.01,0.3,450,209715200
        """);
    write(folder, "provenance.json", "{\"command\": [\"run\", \"cnn\"], \"numerics\": 2}\n");
    write(folder, "status.json", "{\"state\": \"done\", \"epoch\": 2, \"epochs\": 2}\n");
    seal(folder);
    return folder;
  }

  Path folder(String experiment, String variant, int seed, String id) throws IOException {
    return Files.createDirectories(
        results
            .resolve("runs")
            .resolve(experiment)
            .resolve(variant)
            .resolve("seed-" + seed + "-" + id));
  }

  /** Writes a file as if the run itself had: where it is finished, DONE tells of it. */
  static void write(Path folder, String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
    if (Files.exists(folder.resolve(Done.FILE)) && !name.equals(Done.FILE)) {
      seal(folder);
    }
  }

  private static void seal(Path folder) throws IOException {
    var hashes = new JsonObject();
    for (String file : List.of("config.yaml", "metrics.csv", "model.csv", "status.json")) {
      Path path = folder.resolve(file);
      hashes.addProperty(
          file, Files.exists(path) ? Sha256.of(Files.readAllBytes(path)) : "it is gone");
    }
    Files.writeString(folder.resolve(Done.FILE), hashes.toString());
  }
}
