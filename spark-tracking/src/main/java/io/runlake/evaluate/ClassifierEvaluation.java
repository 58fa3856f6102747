package io.runlake.evaluate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * How good the predictions of a classifier are.
 *
 * @param metrics {@code accuracy_score}, {@code f1_score} and so on, as {@code mlflow.evaluate} has
 *     them: of two classes the precision, recall and F1 of the second, of more their means weighted
 *     by support
 * @param confusion the confusion matrix
 * @param perClass each class against all others
 * @param calibration of the second of two classes, of each of more; empty without probabilities
 * @param skipped rows that could not be judged: without a label, a prediction or a score
 */
public record ClassifierEvaluation(
    Map<String, Double> metrics,
    ConfusionMatrix confusion,
    List<ClassMetrics> perClass,
    List<CalibrationBin> calibration,
    long skipped)
    implements Evaluation {
  public ClassifierEvaluation {
    metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
    perClass = List.copyOf(perClass);
    calibration = List.copyOf(calibration);
  }

  /** Makes figures of counts. */
  public static ClassifierEvaluation of(ClassifierCounts counts) {
    List<Double> classes = classes(counts);
    List<String> labels = classes.stream().map(value -> name(counts, value)).toList();
    Map<List<Integer>, Long> pairs = new HashMap<>();
    counts
        .pairs()
        .forEach(
            (pair, examples) ->
                pairs.merge(
                    List.of(classes.indexOf(pair.label()), classes.indexOf(pair.prediction())),
                    examples,
                    Long::sum));
    ConfusionMatrix confusion = ConfusionMatrix.of(labels, pairs);
    List<ClassMetrics> perClass = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      perClass.add(
          new ClassMetrics(
              labels.get(i),
              confusion.actual(i),
              confusion.precision(i),
              confusion.recall(i),
              confusion.f1(i),
              bins(counts, classes.get(i))));
    }
    List<CalibrationBin> calibration =
        counts.probabilities() ? calibration(counts, classes, labels) : List.of();
    return new ClassifierEvaluation(
        metrics(counts, confusion, perClass), confusion, perClass, calibration, counts.skipped());
  }

  /** Classes that occur or have a score, in order. */
  private static List<Double> classes(ClassifierCounts counts) {
    TreeSet<Double> classes = new TreeSet<>();
    counts
        .pairs()
        .keySet()
        .forEach(pair -> classes.addAll(List.of(pair.label(), pair.prediction())));
    for (int i = 0; i < counts.scored(); i++) {
      classes.add((double) i);
    }
    return new ArrayList<>(classes);
  }

  private static String name(ClassifierCounts counts, double value) {
    int place = (int) value;
    if (place != value) {
      return Double.toString(value);
    }
    return place >= 0 && place < counts.names().size()
        ? counts.names().get(place)
        : Integer.toString(place);
  }

  private static Optional<ScoreBins> bins(ClassifierCounts counts, double label) {
    Map<Long, ScoreBins.Bin> bins = new TreeMap<>();
    for (ClassifierCounts.ScoreCount count : counts.scores()) {
      if (count.label() == label) {
        long positives = count.positive() ? count.examples() : 0;
        bins.merge(
            count.bin(),
            new ScoreBins.Bin(count.bin(), count.least(), positives, count.examples() - positives),
            (a, b) ->
                new ScoreBins.Bin(
                    a.order(),
                    Math.min(a.threshold(), b.threshold()),
                    a.positives() + b.positives(),
                    a.negatives() + b.negatives()));
      }
    }
    return Optional.of(new ScoreBins(new ArrayList<>(bins.values()))).filter(ScoreBins::defined);
  }

  private static List<CalibrationBin> calibration(
      ClassifierCounts counts, List<Double> classes, List<String> labels) {
    Map<List<Integer>, double[]> sums = new TreeMap<>(ClassifierEvaluation::byPlaces);
    for (ClassifierCounts.ScoreCount count : counts.scores()) {
      double[] sum =
          sums.computeIfAbsent(List.of(count.label(), count.tenth()), key -> new double[3]);
      sum[0] += count.examples();
      sum[1] += count.sum();
      sum[2] += count.positive() ? count.examples() : 0;
    }
    List<CalibrationBin> bins = new ArrayList<>();
    sums.forEach(
        (key, sum) ->
            bins.add(
                new CalibrationBin(
                    labels.get(classes.indexOf((double) key.get(0))),
                    key.get(1) / 10.0,
                    (long) sum[0],
                    sum[1] / sum[0],
                    sum[2] / sum[0])));
    return bins;
  }

  private static int byPlaces(List<Integer> a, List<Integer> b) {
    int first = a.get(0).compareTo(b.get(0));
    return first != 0 ? first : a.get(1).compareTo(b.get(1));
  }

  private static Map<String, Double> metrics(
      ClassifierCounts counts, ConfusionMatrix confusion, List<ClassMetrics> perClass) {
    Map<String, Double> metrics = new LinkedHashMap<>();
    double total = confusion.total();
    metrics.put("example_count", total);
    if (total == 0) {
      return metrics;
    }
    metrics.put("accuracy_score", confusion.accuracy());
    boolean binary = perClass.size() == 2;
    if (binary) {
      metrics.put("true_negatives", (double) confusion.right(0));
      metrics.put("false_positives", (double) confusion.counts().get(0).get(1));
      metrics.put("false_negatives", (double) confusion.counts().get(1).get(0));
      metrics.put("true_positives", (double) confusion.right(1));
    }
    averaged("precision", binary, perClass, ClassMetrics::precision, metrics);
    averaged("recall", binary, perClass, ClassMetrics::recall, metrics);
    averaged("f1", binary, perClass, ClassMetrics::f1, metrics);
    if (counts.probabilities()) {
      metrics.put("log_loss", counts.logLoss() / total);
      double squares = counts.scores().stream().mapToDouble(s -> s.squares()).sum();
      if (binary) {
        metrics.put("brier_score_loss", squares / total);
      }
    }
    areas(binary, perClass, metrics);
    return metrics;
  }

  private static void averaged(
      String name,
      boolean binary,
      List<ClassMetrics> perClass,
      ToDoubleFunction<ClassMetrics> figure,
      Map<String, Double> metrics) {
    double support = perClass.stream().mapToLong(ClassMetrics::support).sum();
    double weighted =
        perClass.stream().mapToDouble(c -> figure.applyAsDouble(c) * c.support()).sum() / support;
    metrics.put(name + "_score", binary ? figure.applyAsDouble(perClass.get(1)) : weighted);
    metrics.put(name + "_weighted", weighted);
    metrics.put(name + "_macro", perClass.stream().mapToDouble(figure).average().orElse(0));
  }

  /** Of two classes the area of the second; of more the mean of those that have one, by support. */
  private static void areas(
      boolean binary, List<ClassMetrics> perClass, Map<String, Double> metrics) {
    List<ClassMetrics> scored =
        (binary ? perClass.subList(1, 2) : perClass)
            .stream().filter(one -> one.scores().isPresent()).toList();
    if (scored.isEmpty()) {
      return;
    }
    metrics.put("roc_auc", mean(scored, ScoreBins::rocAuc));
    metrics.put("roc_auc_bin_error", mean(scored, ScoreBins::rocAucError));
    if (binary) {
      metrics.put("precision_recall_auc", mean(scored, ScoreBins::prAuc));
      metrics.put("precision_recall_auc_bin_error", mean(scored, ScoreBins::prAucError));
    }
  }

  private static double mean(List<ClassMetrics> scored, ToDoubleFunction<ScoreBins> area) {
    double support = scored.stream().mapToLong(ClassMetrics::support).sum();
    return scored.stream()
            .mapToDouble(one -> one.support() * area.applyAsDouble(one.scores().orElseThrow()))
            .sum()
        / support;
  }

  @Override
  public Map<String, String> artifacts() {
    return ClassifierFiles.of(this);
  }
}
