package dev.verbatim.run;

import dev.verbatim.data.Dataset;
import dev.verbatim.data.ImageSet;
import dev.verbatim.data.LoadingRecord;
import dev.verbatim.store.Numbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** dataset.json and loading.csv. */
final class DatasetDescription {
  static final List<String> LOADING =
      List.of(
          "split", "phase", "images", "bytes", "threads", "cached", "seconds", "images_per_second");

  private DatasetDescription() {}

  static Map<String, Object> of(Dataset dataset) {
    Map<String, Object> sources = new LinkedHashMap<>();
    for (Dataset.Part part : dataset.parts()) {
      Map<String, Object> source = new LinkedHashMap<>();
      source.put("files_sha256", part.filesSha256());
      source.put("pixels_sha256", part.pixelsSha256());
      source.put("images", part.images());
      source.put("skipped", part.skipped());
      sources.put(part.split(), source);
    }
    Map<String, Object> splits = new LinkedHashMap<>();
    splits.put("train", split(dataset.train(), dataset.classNames().size()));
    splits.put("validation", split(dataset.validation(), dataset.classNames().size()));
    Map<String, Object> description = new LinkedHashMap<>();
    description.put("pixels_sha256", dataset.fingerprint());
    description.put("sources", sources);
    description.put("splits", splits);
    description.put(
        "image",
        List.of(
            dataset.train().size().height(),
            dataset.train().size().width(),
            dataset.train().size().channels()));
    description.put("classes", dataset.classNames().size());
    description.put("class_names", dataset.classNames());
    return description;
  }

  private static Map<String, Object> split(ImageSet set, int classes) {
    int[] counts = new int[classes];
    for (int label : set.labels()) {
      counts[label]++;
    }
    Map<String, Object> split = new LinkedHashMap<>();
    split.put("images", set.images());
    split.put("images_per_class", counts);
    return split;
  }

  static List<List<String>> loadingRows(Dataset dataset) {
    List<List<String>> rows = new ArrayList<>();
    for (LoadingRecord r : dataset.loading()) {
      rows.add(
          List.of(
              r.split(),
              r.phase(),
              String.valueOf(r.images()),
              String.valueOf(r.bytes()),
              String.valueOf(r.threads()),
              String.valueOf(r.cached()),
              Numbers.measured(r.seconds()),
              Numbers.measured(r.images() / Math.max(r.seconds(), 1e-9))));
    }
    return rows;
  }
}
