package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelException;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.RunId;
import io.runlake.store.RunStatus;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.Runlake;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a model that one holds to its run, and from a name to a model. */
@Tag("slow")
class ModelOriginTest {
  @TempDir Path temp;
  private AutologFixture fixture;

  @BeforeEach
  void enable() {
    fixture = new AutologFixture(temp.resolve("store"));
    Autolog.enable(fixture.spark);
  }

  @AfterEach
  void close() {
    AutologFixture.settle();
    TrackingTarget.closeAll();
  }

  @Test
  void aModelKnowsTheRunThatAutologgingMadeForIt() {
    PipelineModel first = AutologFixture.pipeline().fit(fixture.data);
    PipelineModel second = AutologFixture.pipeline().fit(fixture.data);
    RunId run = Autolog.runOf(first).orElseThrow();
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      assertThat(fresh.getRun(run).orElseThrow().status()).isEqualTo(RunStatus.FINISHED);
    }
    assertThat(fixture.runs().get(1).id()).isEqualTo(run);
    assertThat(Autolog.runOf(second)).contains(fixture.runs().get(0).id());
    assertThat(Autolog.runOf(first.stages()[1])).isEmpty();
  }

  @Test
  void aModelKnowsTheUsersRunThatItWasFittedIn() {
    try (Runlake runlake = Runlake.open(fixture.uri);
        ActiveRun users = runlake.startRun("mine")) {
      LogisticRegressionModel model = AutologFixture.regression().fit(fixture.features);
      assertThat(Autolog.runOf(model)).contains(users.id());
      users.endRun();
      assertThat(Autolog.runOf(model)).contains(users.id());
    }
  }

  @Test
  void aModelOfAFitThatWasNotLoggedHasNoRun() {
    Autolog.disable(fixture.spark);
    assertThat(Autolog.runOf(AutologFixture.regression().fit(fixture.features))).isEmpty();
    assertThat(Autolog.runOf(AutologFixture.assembler())).isEmpty();
  }

  @Test
  void theViewsHaveAFitThatHasJustReturned() {
    AutologFixture.pipeline().fit(fixture.data);
    RunlakeViews.register(fixture.spark);
    assertThat(
            fixture
                .spark
                .sql("SELECT status, metrics['cost.jobs'] > 0 FROM runlake_runs")
                .collectAsList())
        .hasToString("[[FINISHED,true]]");
  }

  @Test
  void aModelIsLoadedByItsNameAndRefusedWhenItsFilesChanged() throws Exception {
    PipelineModel model = AutologFixture.pipeline().fit(fixture.data);
    String path;
    try (Runlake runlake = Runlake.open(fixture.uri)) {
      String source = "runs:/" + Autolog.runOf(model).orElseThrow() + "/model";
      path = runlake.registry().register("m", source, RegisterOptions.none()).source();
      runlake.registry().setAlias("m", "champion", 1, "");
    }
    var loaded = Models.load(fixture.spark, "models:/m@champion");
    assertThat(loaded.model().transform(fixture.data).select("probability").collectAsList())
        .isEqualTo(model.transform(fixture.data).select("probability").collectAsList());
    assertThatThrownBy(() -> Models.load(fixture.spark, "models:/m@challenger"))
        .isInstanceOf(TrackingException.class)
        .hasMessageContaining("challenger");

    try (Stream<Path> files = Files.walk(Path.of(path.replaceFirst("^file:", "")))) {
      Path yaml = files.filter(file -> file.endsWith("conda.yaml")).findFirst().orElseThrow();
      Files.writeString(yaml, "# changed\n", StandardOpenOption.APPEND);
    }
    assertThatThrownBy(() -> Models.load(fixture.spark, "models:/m/1"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(path);
  }
}
