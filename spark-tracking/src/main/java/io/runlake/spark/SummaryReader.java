package io.runlake.spark;

import io.runlake.autolog.Curve;
import io.runlake.autolog.FeatureWeights;
import io.runlake.autolog.FittedModelFacts;
import io.runlake.autolog.ModelTables;
import io.runlake.spark.SummaryFigures.Cost;
import io.runlake.spark.SummaryFigures.DistributedTopicFit;
import io.runlake.spark.SummaryFigures.Figure;
import io.runlake.spark.SummaryFigures.Group;
import io.runlake.spark.SummaryFigures.TopicFit;
import io.runlake.spark.SummaryFigures.Vector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.ml.clustering.DistributedLDAModel;
import org.apache.spark.ml.clustering.LDAModel;
import org.apache.spark.ml.util.HasTrainingSummary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from one fitted model the figures of {@link SummaryFigures}, its curves and the weights of
 * its features. What cannot be read is left out.
 */
final class SummaryReader {
  private static final Logger LOG = LoggerFactory.getLogger(SummaryReader.class);
  private static final int MAX_ITERATIONS = 100_000;
  private static final int MAX_ELEMENTS = 1_000;

  private final boolean withJobs;
  private final Map<String, Double> summary = new LinkedHashMap<>();
  private final Map<String, List<Double>> stepped = new LinkedHashMap<>();
  private final Map<String, List<Double>> vectors = new LinkedHashMap<>();
  private List<Curve> curves = List.of();
  private Optional<FeatureWeights> weights = Optional.empty();

  private SummaryReader(boolean withJobs) {
    this.withJobs = withJobs;
  }

  /**
   * Reads what there is; never throws.
   *
   * @param withJobs whether figures are wanted that run Spark jobs
   * @param data what the model was trained on
   * @param stages what was read of the models inside it
   */
  static FittedModelFacts read(
      Object model, boolean withJobs, TrainingData data, List<FittedModelFacts> stages) {
    SummaryReader reader = new SummaryReader(withJobs);
    reader.attempt("summary", () -> reader.readModel(model, data));
    reader.attempt("weights", () -> reader.weights = WeightsReader.read(model, data));
    return reader.facts(model, stages);
  }

  /** What is known of a model whose own figures are not wanted. */
  static FittedModelFacts figuresOnly(Object model, boolean withJobs) {
    SummaryReader reader = new SummaryReader(withJobs);
    reader.attempt("summary", () -> reader.readModel(model, TrainingData.unknown()));
    reader.vectors.clear();
    reader.curves = List.of();
    return reader.facts(model, List.of());
  }

  private FittedModelFacts facts(Object model, List<FittedModelFacts> stages) {
    return new FittedModelFacts(
        model.getClass().getName(),
        FittedStages.estimator(model),
        summary,
        stepped,
        new ModelTables(vectors, weights, curves),
        stages);
  }

  private void readModel(Object model, TrainingData data) {
    if (model instanceof HasTrainingSummary<?> has && has.hasSummary()) {
      read(has.summary());
      if (withJobs && has.summary() instanceof BinaryClassificationSummary binary) {
        attempt("curves", () -> curves = CurveReader.read(binary));
      }
    }
    if (model instanceof LDAModel topics) {
      data.rows().ifPresent(trained -> read(new TopicFit(topics, trained)));
    }
    if (model instanceof DistributedLDAModel topics) {
      read(new DistributedTopicFit(topics));
    }
  }

  private void read(Object of) {
    for (Group<?> group : SummaryFigures.GROUPS) {
      if (group.holds(of.getClass())) {
        read(group, of);
      }
    }
  }

  private <S> void read(Group<S> group, Object of) {
    S known = group.type().cast(of);
    for (Figure<S> figure : group.figures()) {
      if (wanted(figure.cost())) {
        attempt(
            figure.name(),
            () -> summary.put(figure.name(), figure.reading().of(known).doubleValue()));
      }
    }
    for (Vector<S> vector : group.vectors()) {
      if (wanted(vector.cost())) {
        attempt(
            vector.name(),
            () -> keep(vectors, vector.name(), vector.reading().of(known), MAX_ELEMENTS));
      }
    }
    if (group.history() != null) {
      attempt(
          "objectiveHistory",
          () -> keep(stepped, "objectiveHistory", group.history().of(known), MAX_ITERATIONS));
    }
  }

  private boolean wanted(Cost cost) {
    return withJobs || cost == Cost.FREE;
  }

  private static void keep(Map<String, List<Double>> into, String name, double[] values, int most) {
    if (values.length > 0) {
      into.put(name, Arrays.stream(values).limit(most).boxed().toList());
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  /** What a solver does not offer throws, and is left out. */
  private void attempt(String what, Step step) {
    try {
      step.run();
    } catch (Throwable e) {
      LOG.debug("The {} of a fitted model cannot be had.", what, e);
    }
  }
}
