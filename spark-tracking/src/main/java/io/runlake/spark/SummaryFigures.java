package io.runlake.spark;

import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.ml.classification.BinaryClassificationSummary;
import org.apache.spark.ml.classification.ClassificationSummary;
import org.apache.spark.ml.classification.RandomForestClassificationSummary;
import org.apache.spark.ml.classification.TrainingSummary;
import org.apache.spark.ml.clustering.BisectingKMeansSummary;
import org.apache.spark.ml.clustering.ClusteringSummary;
import org.apache.spark.ml.clustering.DistributedLDAModel;
import org.apache.spark.ml.clustering.GaussianMixtureSummary;
import org.apache.spark.ml.clustering.KMeansSummary;
import org.apache.spark.ml.clustering.LDAModel;
import org.apache.spark.ml.regression.GeneralizedLinearRegressionTrainingSummary;
import org.apache.spark.ml.regression.LinearRegressionTrainingSummary;
import org.apache.spark.sql.Dataset;

/**
 * The one table of figures that training leaves behind: their names in a run, and which of them run
 * Spark jobs when they are read. A figure that one of Spark's evaluators computes too has the
 * evaluator's name for it, any other has its name in Spark's summary. The manual's page of metrics
 * is made from this table.
 */
final class SummaryFigures {
  /** What reading a figure costs. */
  enum Cost {
    /** Training left it behind. */
    FREE,
    /** It is computed from the training data when it is first asked for. */
    JOBS
  }

  /** Reads a figure; what a solver does not offer throws. */
  interface Reading<S, T> {
    T of(S summary) throws Exception;
  }

  /**
   * A single figure.
   *
   * @param name without {@code training_}
   */
  record Figure<S>(String name, Cost cost, Reading<S, Number> reading) {}

  /**
   * A figure that is a list of numbers, such as one for each class.
   *
   * @param name as Spark has it
   */
  record Vector<S>(String name, Cost cost, Reading<S, double[]> reading) {}

  /**
   * The figures of one type of summary.
   *
   * @param vectors those that are lists
   * @param history one value per iteration; null if it has none
   * @param without summaries of the type that the group is not read from
   */
  record Group<S>(
      Class<S> type,
      List<Figure<S>> figures,
      List<Vector<S>> vectors,
      Reading<S, double[]> history,
      Predicate<Class<?>> without) {
    @SafeVarargs
    @SuppressWarnings("varargs")
    private Group<S> with(Vector<S>... lists) {
      return new Group<>(type, figures, List.of(lists), history, without);
    }

    boolean holds(Class<?> summary) {
      return type.isAssignableFrom(summary) && !without.test(summary);
    }
  }

  /** A topic model and what it was trained on: it keeps no summary, its figures need the data. */
  record TopicFit(LDAModel model, Dataset<?> data) {}

  /** A figure of the model itself; only the expectation-maximisation optimiser leaves such one. */
  record DistributedTopicFit(DistributedLDAModel model) {}

  static final List<Group<?>> GROUPS =
      List.of(
          iterations(),
          linear(),
          generalized(),
          classification(),
          binary(),
          clustering(),
          group(KMeansSummary.class, free("trainingCost", KMeansSummary::trainingCost)),
          group(
              BisectingKMeansSummary.class,
              free("trainingCost", BisectingKMeansSummary::trainingCost)),
          group(
              GaussianMixtureSummary.class,
              free("logLikelihood", GaussianMixtureSummary::logLikelihood)),
          topics(),
          distributedTopics());

  private SummaryFigures() {}

  /** A forest has these two as well, but they say nothing: no iterations, a history of one zero. */
  private static Group<TrainingSummary> iterations() {
    return new Group<>(
        TrainingSummary.class,
        List.of(free("totalIterations", TrainingSummary::totalIterations)),
        List.of(),
        TrainingSummary::objectiveHistory,
        RandomForestClassificationSummary.class::isAssignableFrom);
  }

  private static Group<LinearRegressionTrainingSummary> linear() {
    return new Group<>(
        LinearRegressionTrainingSummary.class,
        List.of(
            free("totalIterations", LinearRegressionTrainingSummary::totalIterations),
            free("rmse", LinearRegressionTrainingSummary::rootMeanSquaredError),
            free("mse", LinearRegressionTrainingSummary::meanSquaredError),
            free("r2", LinearRegressionTrainingSummary::r2),
            free("mae", LinearRegressionTrainingSummary::meanAbsoluteError),
            free("r2adj", LinearRegressionTrainingSummary::r2adj),
            free("explainedVariance", LinearRegressionTrainingSummary::explainedVariance),
            free("numInstances", LinearRegressionTrainingSummary::numInstances),
            free("degreesOfFreedom", LinearRegressionTrainingSummary::degreesOfFreedom)),
        List.of(
            // With a column of weights the first of these runs a job.
            jobsVector(
                "coefficientStandardErrors",
                LinearRegressionTrainingSummary::coefficientStandardErrors),
            jobsVector("tValues", LinearRegressionTrainingSummary::tValues),
            jobsVector("pValues", LinearRegressionTrainingSummary::pValues),
            jobsVector("devianceResiduals", LinearRegressionTrainingSummary::devianceResiduals)),
        LinearRegressionTrainingSummary::objectiveHistory,
        none -> false);
  }

  private static Group<GeneralizedLinearRegressionTrainingSummary> generalized() {
    return group(
            GeneralizedLinearRegressionTrainingSummary.class,
            free("numIterations", GeneralizedLinearRegressionTrainingSummary::numIterations),
            free("rank", GeneralizedLinearRegressionTrainingSummary::rank),
            jobs("numInstances", GeneralizedLinearRegressionTrainingSummary::numInstances),
            jobs("degreesOfFreedom", GeneralizedLinearRegressionTrainingSummary::degreesOfFreedom),
            jobs(
                "residualDegreeOfFreedom",
                GeneralizedLinearRegressionTrainingSummary::residualDegreeOfFreedom),
            jobs(
                "residualDegreeOfFreedomNull",
                GeneralizedLinearRegressionTrainingSummary::residualDegreeOfFreedomNull),
            jobs("deviance", GeneralizedLinearRegressionTrainingSummary::deviance),
            jobs("nullDeviance", GeneralizedLinearRegressionTrainingSummary::nullDeviance),
            jobs("dispersion", GeneralizedLinearRegressionTrainingSummary::dispersion),
            jobs("aic", GeneralizedLinearRegressionTrainingSummary::aic))
        .with(
            jobsVector(
                "coefficientStandardErrors",
                GeneralizedLinearRegressionTrainingSummary::coefficientStandardErrors),
            jobsVector("tValues", GeneralizedLinearRegressionTrainingSummary::tValues),
            jobsVector("pValues", GeneralizedLinearRegressionTrainingSummary::pValues));
  }

  private static Group<ClassificationSummary> classification() {
    return group(
            ClassificationSummary.class,
            jobs("accuracy", ClassificationSummary::accuracy),
            jobs("f1", ClassificationSummary::weightedFMeasure),
            jobs("weightedPrecision", ClassificationSummary::weightedPrecision),
            jobs("weightedRecall", ClassificationSummary::weightedRecall),
            jobs("weightedFalsePositiveRate", ClassificationSummary::weightedFalsePositiveRate))
        .with(
            jobsVector("labels", ClassificationSummary::labels),
            jobsVector("precisionByLabel", ClassificationSummary::precisionByLabel),
            jobsVector("recallByLabel", ClassificationSummary::recallByLabel),
            jobsVector("fMeasureByLabel", ClassificationSummary::fMeasureByLabel),
            jobsVector(
                "falsePositiveRateByLabel", ClassificationSummary::falsePositiveRateByLabel));
  }

  private static Group<BinaryClassificationSummary> binary() {
    return group(
        BinaryClassificationSummary.class,
        jobs("areaUnderROC", BinaryClassificationSummary::areaUnderROC));
  }

  private static Group<ClusteringSummary> clustering() {
    return group(ClusteringSummary.class, free("numIter", ClusteringSummary::numIter))
        .with(
            new Vector<>(
                "clusterSizes",
                Cost.FREE,
                clusters -> Arrays.stream(clusters.clusterSizes()).asDoubleStream().toArray()));
  }

  private static Group<TopicFit> topics() {
    return group(
        TopicFit.class,
        jobs("logLikelihood", fit -> fit.model().logLikelihood(fit.data())),
        jobs("logPerplexity", fit -> fit.model().logPerplexity(fit.data())));
  }

  private static Group<DistributedTopicFit> distributedTopics() {
    return group(
        DistributedTopicFit.class,
        jobs("trainingLogLikelihood", fit -> fit.model().trainingLogLikelihood()),
        jobs("logPrior", fit -> fit.model().logPrior()));
  }

  @SafeVarargs
  @SuppressWarnings("varargs")
  private static <S> Group<S> group(Class<S> type, Figure<S>... figures) {
    return new Group<>(type, List.of(figures), List.of(), null, none -> false);
  }

  private static <S> Figure<S> free(String name, Reading<S, Number> reading) {
    return new Figure<>(name, Cost.FREE, reading);
  }

  private static <S> Figure<S> jobs(String name, Reading<S, Number> reading) {
    return new Figure<>(name, Cost.JOBS, reading);
  }

  private static <S> Vector<S> jobsVector(String name, Reading<S, double[]> reading) {
    return new Vector<>(name, Cost.JOBS, reading);
  }
}
