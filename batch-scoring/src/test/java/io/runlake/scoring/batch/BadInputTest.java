package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.flavor.SaveOptions;
import io.runlake.flavor.Signature;
import io.runlake.flavor.SparkModels;
import io.runlake.registry.RegisterOptions;
import io.runlake.scoring.ExitCode;
import io.runlake.testkit.TestSpark;
import io.runlake.tracking.Run;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.PipelineModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One clear line, exit code 2, and nothing written. */
@Tag("slow")
class BadInputTest {
  @TempDir static Path shared;
  static String store;

  @TempDir Path folder;
  private Fixture fixture;

  @BeforeAll
  static void register() {
    store = "delta:" + shared.resolve("store");
    try (Runlake runlake = Runlake.open(store)) {
      PipelineModel model = Occupancy.train(0.0);
      String path = shared.resolve("model").toString();
      SparkModels.save(model, path, Occupancy.saveOptions(model));
      runlake.registry().register("occupancy", path, Optional.empty(), RegisterOptions.none());
    }
  }

  @BeforeEach
  void output() {
    fixture = new Fixture(store, folder.resolve("scores"));
  }

  @Test
  void anUnknownModelNameGetsTheNearest() throws IOException {
    refused("--model", "models:/ocupancy/1")
        .contains("ocupancy")
        .contains("did you mean 'occupancy'");
  }

  @Test
  void anAliasWithoutTargetAndAnUnknownVersion() throws IOException {
    refused("--model", "models:/occupancy@champion").contains("champion").contains("occupancy");
    refused("--model", "models:/occupancy/7").contains("7").contains("occupancy");
    refused("--model", folder.resolve("no-model").toString()).contains("no-model");
  }

  @Test
  void anInputWithoutAWantedColumn() throws IOException {
    refused("--input.schema", TestSpark.OCCUPANCY_SCHEMA.replace("Light double", "Lihgt double"))
        .contains("Light")
        .contains("Lihgt");
    refused("--columns", "row,Datee").contains("'Datee'").contains("did you mean 'date'");
  }

  @Test
  void anInputThatIsNotThere() throws IOException {
    refused("--input.path", folder.resolve("none.csv").toString()).contains("none.csv");
    refused("--input.format", "delta", "--input.path", folder.toString(), "--input.schema", "")
        .contains("no Delta table");
    refused("--input.schema", "row int int").contains("int int");
    refused("--input.options.mode", "DROPMALFORMED").contains("PERMISSIVE");
  }

  @Test
  void anOutputThatIsNoDeltaTable() throws IOException {
    Files.createDirectory(fixture.output);
    Files.writeString(fixture.output.resolve("letters.txt"), "dear all");
    refused().contains("exists and is not a Delta table").contains(fixture.output.toString());

    Path file = Files.writeString(folder.resolve("file"), "");
    refused("--output.path", file.toString()).contains("exists and is not a Delta table");

    Path foreign = folder.resolve("foreign");
    TestSpark.session().range(3).write().format("delta").save(foreign.toString());
    refused("--output.path", foreign.toString()).contains("partitioned by");
  }

  @Test
  void aTableWhoseColumnsDoNotFit() throws IOException {
    assertThat(fixture.score("--columns", "row").exit()).isEqualTo(ExitCode.DONE);

    refused("--columns", "row,date", "--date", "2015-02-05").contains("no column 'date'");
    refused(
            "--columns",
            "row",
            "--date",
            "2015-02-05",
            "--input.schema",
            TestSpark.OCCUPANCY_SCHEMA.replace("row int", "row string"))
        .contains("'row' is int, not string");
    assertThat(fixture.scores().count()).isEqualTo(Occupancy.DATATEST);
  }

  @Test
  void aMalformedYamlAndAnUnknownKey() throws IOException {
    Path yaml = Files.writeString(folder.resolve("job.yaml"), "job: j\nmodel: [a\nkey: b\n");
    refused("--config", yaml.toString()).contains("job.yaml, line 3");
    Files.writeString(yaml, "job: j\ninputs:\n  path: /a\n");
    refused("--config", yaml.toString()).contains("line 2").contains("did you mean");
  }

  @Test
  void aModelThatChangedSinceItWasRegistered() throws IOException {
    Path model = folder.resolve("model");
    PipelineModel fitted = Occupancy.train(0.2);
    SparkModels.save(
        fitted,
        model.toString(),
        SaveOptions.defaults()
            .withSignature(
                Signature.infer(TestSpark.occupancy("datatraining.txt").schema(), fitted)));
    try (Runlake runlake = Runlake.open(store)) {
      runlake
          .registry()
          .register("changed", model.toString(), Optional.empty(), RegisterOptions.none());
    }
    try (Stream<Path> files = Files.walk(model)) {
      Path data =
          files
              .filter(path -> path.getFileName().toString().endsWith(".parquet"))
              .findFirst()
              .get();
      byte[] bytes = Files.readAllBytes(data);
      bytes[bytes.length / 2] ^= 1;
      Files.delete(data.resolveSibling("." + data.getFileName() + ".crc"));
      Files.write(data, bytes);
    }

    refused("--model", "models:/changed/1").contains("model");
  }

  /** A job that starts but breaks is a FAILED run that says why. */
  @Test
  void aFailureAfterTheStartIsAFailedRun() {
    Step.Listener broken =
        step -> {
          if (step == Step.QUARANTINED) {
            throw new IllegalStateException("the disk is full");
          }
        };

    Started started = fixture.score(broken, "--experiment", "failures", "--json");

    assertThat(started.exit()).isEqualTo(ExitCode.FAILED);
    assertThat(started.errors()).containsExactly("runlake: the disk is full.");
    assertThat(started.lastLine()).contains("\"exit_code\":1").contains("the disk is full");
    try (Runlake runlake = Runlake.open(store)) {
      List<Run> runs = runlake.searchRuns(RunQuery.ofExperiments("failures")).runs();
      assertThat(runs).hasSize(1);
      assertThat(runs.get(0).status()).isEqualTo(io.runlake.store.RunStatus.FAILED);
      assertThat(runs.get(0).info().statusMessage().orElse("")).contains("the disk is full");
    }
  }

  private org.assertj.core.api.AbstractStringAssert<?> refused(String... more) throws IOException {
    String before = everything();
    Started started = fixture.score(more);
    assertThat(started.exit()).as(started.err()).isEqualTo(ExitCode.BAD_INPUT);
    assertThat(started.errors()).hasSize(1);
    assertThat(everything()).isEqualTo(before);
    return assertThat(started.err());
  }

  /** Every file of the store and of the folder that the job may write to. */
  private String everything() throws IOException {
    StringBuilder names = new StringBuilder();
    for (Path root : List.of(shared.resolve("store"), folder)) {
      try (Stream<Path> files = Files.walk(root)) {
        files
            .filter(path -> !path.toString().endsWith(".yaml"))
            .sorted()
            .forEach(path -> names.append(path).append('\n'));
      }
    }
    return names.toString();
  }
}
