package io.runlake.spark;

import io.runlake.spark.SummaryFigures.Cost;
import io.runlake.spark.SummaryFigures.DistributedTopicFit;
import io.runlake.spark.SummaryFigures.Figure;
import io.runlake.spark.SummaryFigures.Group;
import io.runlake.spark.SummaryFigures.TopicFit;
import io.runlake.spark.SummaryFigures.Vector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.spark.ml.classification.BinaryLogisticRegressionTrainingSummary;
import org.apache.spark.ml.classification.BinaryRandomForestClassificationTrainingSummary;
import org.apache.spark.ml.classification.FMClassificationTrainingSummary;
import org.apache.spark.ml.classification.LinearSVCTrainingSummary;
import org.apache.spark.ml.classification.LogisticRegressionTrainingSummary;
import org.apache.spark.ml.classification.MultilayerPerceptronClassificationTrainingSummary;
import org.apache.spark.ml.classification.RandomForestClassificationTrainingSummary;
import org.apache.spark.ml.clustering.BisectingKMeansSummary;
import org.apache.spark.ml.clustering.GaussianMixtureSummary;
import org.apache.spark.ml.clustering.KMeansSummary;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionTrainingSummary;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;

/** The table of the manual that says which figures of training summaries a run gets. */
final class MetricsPage {
  static final String WRITE = "runlake.docs.write";
  static final String BEGIN = "<!-- begin: made from the code, do not edit -->\n";
  static final String END = "<!-- end -->\n";

  /** What stands in the first column, and the types that its figures are read from. */
  static final Map<String, List<Class<?>>> MODELS = models();

  private MetricsPage() {}

  private static Map<String, List<Class<?>>> models() {
    Map<String, List<Class<?>>> models = new LinkedHashMap<>();
    models.put(
        "LogisticRegression, two classes", List.of(BinaryLogisticRegressionTrainingSummary.class));
    models.put(
        "LogisticRegression, more classes", List.of(LogisticRegressionTrainingSummary.class));
    models.put("LinearSVC", List.of(LinearSVCTrainingSummary.class));
    models.put(
        "RandomForestClassifier, two classes",
        List.of(BinaryRandomForestClassificationTrainingSummary.class));
    models.put(
        "RandomForestClassifier, more classes",
        List.of(RandomForestClassificationTrainingSummary.class));
    models.put(
        "MultilayerPerceptronClassifier",
        List.of(MultilayerPerceptronClassificationTrainingSummary.class));
    models.put("FMClassifier", List.of(FMClassificationTrainingSummary.class));
    models.put("LinearRegression", List.of(LinearRegressionTrainingSummary.class));
    models.put(
        "GeneralizedLinearRegression", List.of(GeneralizedLinearRegressionTrainingSummary.class));
    models.put("KMeans", List.of(KMeansSummary.class));
    models.put("BisectingKMeans", List.of(BisectingKMeansSummary.class));
    models.put("GaussianMixture", List.of(GaussianMixtureSummary.class));
    models.put("LDA, optimizer online", List.of(TopicFit.class));
    models.put("LDA, optimizer em", List.of(TopicFit.class, DistributedTopicFit.class));
    return models;
  }

  /** The names of the figures that the table promises, without {@code training_}. */
  static Set<String> names(String model, Collection<Cost> costs) {
    Set<String> names = new LinkedHashSet<>();
    for (Class<?> summary : MODELS.get(model)) {
      for (Group<?> group : SummaryFigures.GROUPS) {
        if (group.holds(summary)) {
          for (Figure<?> figure : group.figures()) {
            if (costs.contains(figure.cost())) {
              names.add(figure.name());
            }
          }
        }
      }
    }
    return names;
  }

  /** The names of the lists that the table promises. */
  static Set<String> lists(String model, Collection<Cost> costs) {
    Set<String> names = new LinkedHashSet<>();
    for (Class<?> summary : MODELS.get(model)) {
      for (Group<?> group : SummaryFigures.GROUPS) {
        if (group.holds(summary)) {
          for (Vector<?> vector : group.vectors()) {
            if (costs.contains(vector.cost())) {
              names.add(vector.name());
            }
          }
        }
      }
    }
    return names;
  }

  static boolean hasHistory(String model) {
    return MODELS.get(model).stream()
        .anyMatch(
            summary ->
                SummaryFigures.GROUPS.stream()
                    .anyMatch(group -> group.history() != null && group.holds(summary)));
  }

  static String table() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "| fitted | metrics, always | metrics, with `spark.runlake.autolog.summaries=all`"
            + " | lists, always | lists, with `all` |");
    lines.add("|---|---|---|---|---|");
    for (String model : MODELS.keySet()) {
      Set<String> free = new LinkedHashSet<>();
      names(model, Set.of(Cost.FREE)).forEach(name -> free.add("training_" + name));
      if (hasHistory(model)) {
        free.add("objectiveHistory");
      }
      Set<String> jobs = new LinkedHashSet<>();
      names(model, Set.of(Cost.JOBS)).forEach(name -> jobs.add("training_" + name));
      String lists =
          cell(lists(model, Set.of(Cost.FREE))) + " | " + cell(lists(model, Set.of(Cost.JOBS)));
      lines.add("| " + model + " | " + cell(free) + " | " + cell(jobs) + " | " + lists + " |");
    }
    return BEGIN + String.join("\n", lines) + "\n" + END;
  }

  private static String cell(Set<String> names) {
    return names.isEmpty()
        ? "–"
        : names.stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
  }
}
