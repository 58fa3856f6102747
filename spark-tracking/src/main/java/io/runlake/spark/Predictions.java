package io.runlake.spark;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/**
 * Which data came out of which model, as long as somebody holds the data. Data is known by the root
 * of its analysed plan, which stays the same object inside the plans of what is made from it, so
 * predictions that were filtered or joined afterwards are still known. Data that went through an
 * RDD or a checkpoint is not.
 */
final class Predictions {
  private static final int MAX_KNOWN = 10_000;
  private static final int MAX_NODES = 10_000;
  private static final WeakIdentityMap<Made> MADE = new WeakIdentityMap<>(MAX_KNOWN);
  private static final ThreadLocal<Boolean> TRANSFORMING = new ThreadLocal<>();

  private Predictions() {}

  /**
   * The output of a model.
   *
   * @param run the run of the model's fit
   * @param from the plan of what went into the model; null once nobody holds it
   */
  record Made(FitRun run, WeakReference<Object> from) {}

  /** The hook of woven transforms; models inside the outermost one are a part of it. */
  static BiConsumer<Object, Throwable> transforming(Model<?> model, Dataset<?> data) {
    if (TRANSFORMING.get() != null) {
      return null;
    }
    TRANSFORMING.set(true);
    return (output, thrown) -> {
      TRANSFORMING.remove();
      if (thrown == null && output instanceof Dataset<?> predictions) {
        rememberSafely(model, data, predictions);
      }
    };
  }

  private static void rememberSafely(Model<?> model, Dataset<?> data, Dataset<?> predictions) {
    try {
      Optional<FitRun> run = FittedModels.of(model);
      if (run.isPresent() && !Guard.off()) {
        new TimeBudget(FitScope.BUDGET).run(() -> remember(run.get(), data, predictions));
      }
    } catch (Throwable e) {
      Guard.failed("the data that came out of a model could not be remembered", e);
    }
  }

  private static void remember(FitRun run, Dataset<?> data, Dataset<?> predictions) {
    LogicalPlan from = data.queryExecution().analyzed();
    LogicalPlan to = predictions.queryExecution().analyzed();
    if (to != from) {
      MADE.put(to, new Made(run, new WeakReference<>(from)));
    }
  }

  /**
   * The outputs of models that this data is made of, or is; those that were themselves made from
   * such outputs hide them. Empty if none is known.
   */
  static List<Made> in(Dataset<?> data) {
    List<Made> found = new ArrayList<>();
    if (MADE.size() > 0) {
      collect(data.queryExecution().analyzed(), found, new int[] {MAX_NODES});
    }
    return found;
  }

  private static void collect(LogicalPlan plan, List<Made> into, int[] nodesLeft) {
    Optional<Made> made = MADE.get(plan);
    if (made.isPresent()) {
      into.add(made.get());
    } else if (nodesLeft[0]-- > 0) {
      for (Object child : ScalaInterop.list(SparkCompat.call(plan, "children"), MAX_NODES)) {
        collect((LogicalPlan) child, into, nodesLeft);
      }
    }
  }
}
