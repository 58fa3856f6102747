package io.runlake.autolog;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of a fitted model beside single figures.
 *
 * @param vectors figures that are lists, such as {@code clusterSizes}, by their names in Spark
 * @param weights how much its features weigh; empty for a model that does not say
 * @param curves those of its training data
 */
public record ModelTables(
    Map<String, List<Double>> vectors, Optional<FeatureWeights> weights, List<Curve> curves) {
  public ModelTables {
    vectors = Collections.unmodifiableMap(new LinkedHashMap<>(vectors));
    curves = List.copyOf(curves);
  }

  /** Nothing is known. */
  public static ModelTables none() {
    return new ModelTables(Map.of(), Optional.empty(), List.of());
  }
}
