package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.udf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.runlake.flavor.LoadOptions;
import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.ModelUri;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.ResolvedModel;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ObservedCounts;
import io.runlake.scoring.OutputTable;
import io.runlake.scoring.ScoringModel;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.TestSpark;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An input that answers differently the second time, which no check of files can see. */
@Tag("slow")
class CountsTest {
  private static final AtomicInteger CALLS = new AtomicInteger();

  @TempDir Path folder;

  @Test
  void countsThatDoNotAddUpAreNotPublished() {
    SparkSession spark = TestSpark.session();
    String output = folder.resolve("scores").toString();
    // Drops each row from the second pass on: by then every row has been asked for once.
    UDF1<Integer, Boolean> unreliable = row -> CALLS.incrementAndGet() <= Occupancy.DATATEST;
    Dataset<Row> rows =
        TestSpark.occupancy("datatest.txt")
            .filter(
                udf(unreliable, DataTypes.BooleanType)
                    .asNondeterministic()
                    .apply(org.apache.spark.sql.functions.col("row")));
    FrozenInput input =
        new FrozenInput(rows, "unreliable", Optional.empty(), null, Optional::empty);
    Night night = new Night("nightly", LocalDate.parse("2015-02-04"));
    JobSettings settings =
        SettingsReader.read(Occupancy.arguments("unused", folder.resolve("scores"), "unused"));
    PipelineModel model = Occupancy.train(0.0);
    String path = folder.resolve("model").toString();
    SparkModels.save(model, path, Occupancy.saveOptions(model));
    LoadedModel loaded = SparkModels.load(spark, path, LoadOptions.defaults());
    ScoringModel scoringModel =
        new ScoringModel(
            ModelUri.parse(path),
            new ResolvedModel(
                path, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()));
    RowPlan plan = RowPlan.of(settings, scoringModel, loaded, input);
    CALLS.set(0);
    try (Store store = Stores.open("delta:" + folder.resolve("store"), StoreOptions.defaults());
        ObservedCounts counts = new ObservedCounts(spark)) {
      OutputTable scores = OutputTable.at(spark, output, Night.PARTITIONS);
      OutputTable quarantine = OutputTable.at(spark, output + "_quarantine", Night.PARTITIONS);
      NightState state = new NightState(night, scores, store.claims());
      Attempt attempt = state.claim(0, path, input.version(), "run", Instant.now());
      NightWriter writer =
          new NightWriter(
              attempt, false, plan, input, state, scores, quarantine, counts, Step.Listener.NONE);

      NightWriter.Refused refused = writer.writeQuarantine();
      assertThat(refused.input()).isEqualTo(Occupancy.DATATEST);
      assertThatExceptionOfType(JobException.class)
          .isThrownBy(() -> writer.writeScores(refused))
          .withMessageContaining("do not add up")
          .withMessageContaining("2665 rows when it was checked and 0 when it was scored")
          .matches(e -> e.exitCode() == ExitCode.FAILED);

      assertThat(scores.version()).isEqualTo(-1);
      assertThat(state.standing()).isZero();
    }
  }
}
