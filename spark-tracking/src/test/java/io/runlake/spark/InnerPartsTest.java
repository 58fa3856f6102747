package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.junit.jupiter.api.Test;

class InnerPartsTest {
  @Test
  void whatIsInsideIsFoundAtAnyDepthAndWithoutTheOutermost() {
    LogisticRegression regression = new LogisticRegression();
    OneVsRest each = new OneVsRest().setClassifier(regression);
    MulticlassClassificationEvaluator evaluator = new MulticlassClassificationEvaluator();
    CrossValidator search =
        new CrossValidator()
            .setEstimator(each)
            .setEvaluator(evaluator)
            .setEstimatorParamMaps(new ParamMap[] {new ParamMap()});
    Pipeline pipeline =
        new Pipeline().setStages(new PipelineStage[] {new TrackedEstimator<>(search)});
    assertThat(InnerParts.uids(pipeline))
        .containsExactlyInAnyOrder(search.uid(), each.uid(), evaluator.uid(), regression.uid());
    assertThat(InnerParts.uids(regression.copy(new ParamMap()))).isEmpty();
    assertThat(InnerParts.uids(new Pipeline())).as("no stages are set").isEmpty();
  }
}
