package io.runlake.spark;

import java.util.HashSet;
import java.util.Set;
import org.apache.spark.ml.Estimator;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.OneVsRest;

/**
 * What Spark's estimators hold of others: stages, what a search tries and what it judges that by,
 * the classifier of a {@code OneVsRest}. By uid, since fits inside go on with copies.
 */
final class InnerParts {
  private InnerParts() {}

  /** Its own uid; empty text if it does not tell. */
  static String uid(Estimator<?> estimator) {
    try {
      return String.valueOf(estimator.uid());
    } catch (Throwable untold) {
      return "";
    }
  }

  /** The uids of all that is inside an estimator, as far as it tells; never throws. */
  static Set<String> uids(Object estimator) {
    Set<String> uids = new HashSet<>();
    try {
      collect(estimator, uids);
    } catch (Throwable notSet) {
      // Its fit is about to say so.
    }
    return Set.copyOf(uids);
  }

  private static void collect(Object holder, Set<String> into) {
    if (holder instanceof TrackedEstimator<?> tracked) {
      collect(tracked.inner(), into);
    } else if (holder instanceof Pipeline pipeline) {
      for (PipelineStage stage : pipeline.getStages()) {
        add(stage.uid(), stage, into);
      }
    } else if (holder instanceof OneVsRest each) {
      add(each.getClassifier().uid(), each.getClassifier(), into);
    } else if (holder instanceof Estimator<?>) {
      Tuner.of(holder)
          .ifPresent(
              tuner -> {
                into.add(tuner.evaluator().uid());
                add(tuner.estimator().uid(), tuner.estimator(), into);
              });
    }
  }

  /** Once each, so that a stage that holds itself ends here. */
  private static void add(String uid, Object part, Set<String> into) {
    if (into.add(uid)) {
      collect(part, into);
    }
  }
}
