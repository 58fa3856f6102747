package io.runlake.autolog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The names of an estimator and all stages inside it: the class name, or {@code Class_<n>} counted
 * from 1 in depth-first order where a class occurs more than once. Uids differ from run to run and
 * would make params of two runs incomparable.
 */
final class StageNames {
  private final Map<String, String> byUid;

  private StageNames(Map<String, String> byUid) {
    this.byUid = byUid;
  }

  static StageNames of(EstimatorFacts root) {
    List<EstimatorFacts> all = new ArrayList<>();
    collect(root, all);
    Map<String, Integer> total = new HashMap<>();
    all.forEach(stage -> total.merge(stage.name(), 1, Integer::sum));
    Map<String, Integer> seen = new HashMap<>();
    Map<String, String> names = new HashMap<>();
    for (EstimatorFacts stage : all) {
      int number = seen.merge(stage.name(), 1, Integer::sum);
      names.put(
          stage.uid(), total.get(stage.name()) > 1 ? stage.name() + "_" + number : stage.name());
    }
    return new StageNames(names);
  }

  String of(String uid) {
    return byUid.getOrDefault(uid, uid);
  }

  /** The root first, then what it holds, in the order of the params' names. */
  static List<EstimatorFacts> depthFirst(EstimatorFacts root) {
    List<EstimatorFacts> all = new ArrayList<>();
    collect(root, all);
    return all;
  }

  private static void collect(EstimatorFacts stage, List<EstimatorFacts> into) {
    into.add(stage);
    for (ParamFact param : stage.params()) {
      if (param.value() instanceof ParamValue.Stage nested) {
        collect(nested.facts(), into);
      } else if (param.value() instanceof ParamValue.Stages nested) {
        nested.stages().forEach(inner -> collect(inner, into));
      }
    }
  }
}
