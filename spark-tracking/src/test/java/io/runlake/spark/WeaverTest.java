package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.testkit.TestSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import thirdparty.MeanEstimator;

class WeaverTest {
  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private Object lastModel;
  private Throwable lastThrown;

  private BiConsumer<Object, Throwable> record(Object estimator, Object dataset) {
    if (estimator instanceof WeavingProbe probe) {
      probe.reached();
      return null;
    }
    String name = estimator.getClass().getSimpleName();
    events.add(name);
    return (model, thrown) -> {
      events.add("/" + name);
      lastModel = model;
      lastThrown = thrown;
    };
  }

  @AfterEach
  void nobodyListens() {
    FitDispatcher.replaceHook(null);
  }

  @Test
  void everyFitIsHeardOfOnceWithItsModelOnTheCallersThread() throws Exception {
    Pipeline loadedBefore = new Pipeline().setStages(new PipelineStage[] {indexer()});
    Weaver.install(this::record);
    Weaver.install(this::record);
    PipelineModel model = loadedBefore.fit(words());
    assertThat(events).containsExactly("Pipeline", "StringIndexer", "/StringIndexer", "/Pipeline");
    assertThat(lastModel).isSameAs(model);
    assertThat(lastThrown).isNull();
  }

  @Test
  void estimatorsOfOthersAreWovenToo() throws Exception {
    Weaver.install(this::record);
    new MeanEstimator("m", indexer()).fit(words());
    assertThat(events)
        .containsExactly(
            "MeanEstimator",
            "Pipeline",
            "StringIndexer",
            "/StringIndexer",
            "/Pipeline",
            "/MeanEstimator");
  }

  @Test
  void theUsersExceptionComesThroughAsTheSameObject() throws Exception {
    Weaver.install(this::record);
    Pipeline broken =
        new Pipeline()
            .setStages(
                new PipelineStage[] {
                  new VectorAssembler().setInputCols(new String[] {"absent"}).setOutputCol("x")
                });
    Throwable seen = catchThrowable(() -> broken.fit(words()));
    assertThat(seen).isNotNull().isSameAs(lastThrown);
    assertThat(lastModel).isNull();
  }

  @Test
  void aHookThatThrowsHarmsNobody() throws Exception {
    Weaver.install(this::record);
    FitDispatcher.replaceHook(
        (estimator, dataset) -> {
          throw new NoClassDefFoundError("on purpose");
        });
    assertThat(indexer().fit(words()).labelsArray()[0]).contains("b");
    FitDispatcher.replaceHook(
        (estimator, dataset) ->
            (model, thrown) -> {
              throw new StackOverflowError("on purpose");
            });
    assertThat(indexer().fit(words()).labelsArray()[0]).contains("b");
  }

  @Test
  void theDispatcherStandsWhereEveryLoaderSeesIt() throws Exception {
    Weaver.install(this::record);
    assertThat(DispatcherPlacement.isBootstrap()).isTrue();
  }

  @Test
  void theByteFilterLetsEstimatorsThroughAndNothingOfOurs() throws Exception {
    assertThat(ByteFilter.passes("org/apache/spark/ml/Pipeline", bytesOf(Pipeline.class))).isTrue();
    assertThat(ByteFilter.passes("java/lang/String", bytesOf(String.class))).isFalse();
    byte[] probe = bytesOf(WeavingProbe.class);
    assertThat(ByteFilter.passes("io/runlake/spark/WeavingProbe", probe)).isTrue();
    assertThat(ByteFilter.passes("io/runlake/spark/TrackedEstimator", probe)).isFalse();
  }

  private static byte[] bytesOf(Class<?> type) throws Exception {
    try (var in = type.getResourceAsStream(type.getSimpleName() + ".class")) {
      return in.readAllBytes();
    }
  }

  private static StringIndexer indexer() {
    return new StringIndexer().setInputCol("word").setOutputCol("index");
  }

  private static Dataset<Row> words() {
    return TestSpark.session().sql("SELECT * FROM VALUES ('a'), ('b'), ('b') AS t(word)");
  }
}
