package io.runlake.autolog;

import java.util.List;
import java.util.Map;

/**
 * What runs keep of a search over param maps.
 *
 * @param params of the parent: {@code best_<Stage.param>}
 * @param metrics of the parent: {@code best_<metric>}
 * @param artifacts of the parent, text files by their path
 * @param trials the child runs, in the order of the maps
 */
public record TuningRecord(
    Map<String, String> params,
    Map<String, Double> metrics,
    Map<String, String> artifacts,
    List<TrialRecord> trials) {
  public TuningRecord {
    params = Map.copyOf(params);
    metrics = Map.copyOf(metrics);
    artifacts = Map.copyOf(artifacts);
    trials = List.copyOf(trials);
  }
}
