package io.runlake.evaluate;

import io.runlake.report.Csv;
import io.runlake.report.SvgPlot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How well the clusters of a clustering are apart.
 *
 * @param metrics {@code silhouette}, {@code example_count}, {@code cluster_count}; no silhouette
 *     where all rows are in one cluster
 * @param sizes rows by cluster
 * @param skipped rows without a cluster
 */
public record ClusteringEvaluation(
    Map<String, Double> metrics, SortedMap<Integer, Long> sizes, long skipped)
    implements Evaluation {
  private static final int MAX_PLOTTED = 50;

  public ClusteringEvaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    sizes = Collections.unmodifiableSortedMap(new TreeMap<>(sizes));
  }

  /** Makes figures of counts. */
  public static ClusteringEvaluation of(
      SortedMap<Integer, Long> sizes, OptionalDouble silhouette, long skipped) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("example_count", (double) sizes.values().stream().mapToLong(Long::longValue).sum());
    metrics.put("cluster_count", (double) sizes.size());
    silhouette.ifPresent(value -> metrics.put("silhouette", value));
    return new ClusteringEvaluation(metrics, sizes, skipped);
  }

  @Override
  public Map<String, String> artifacts() {
    Map<String, String> files = new LinkedHashMap<>();
    List<List<Object>> rows = new ArrayList<>();
    sizes.forEach((cluster, size) -> rows.add(List.of(cluster, size)));
    files.put("cluster_sizes.csv", Csv.text(List.of("cluster", "examples"), rows));
    if (sizes.size() <= MAX_PLOTTED) {
      files.put(
          "cluster_sizes.svg",
          SvgPlot.bars(
              "Cluster sizes",
              sizes.keySet().stream().map(String::valueOf).toList(),
              sizes.values().stream().map(Long::doubleValue).toList()));
    }
    return files;
  }
}
