package io.runlake.scoring.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.testkit.S3Server;
import io.runlake.testkit.TestSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job in a JVM and a session of its own, with its output on S3. */
@Tag("slow")
class S3NightTest {
  private static final String OUTPUT = S3Server.shared().uri() + "/nights/scores";

  @TempDir Path folder;

  @Test
  void aNightGoesToS3ByTheLogStoreThatIsSafeThere() throws Exception {
    Fixture fixture = new Fixture(Fixture.storeWithModels(folder), folder.resolve("unused"));
    List<String> arguments = fixture.arguments("--output.path", OUTPUT);

    String unsafe = "-Dspark.delta.logStore.s3a.impl=io.delta.storage.S3SingleDriverLogStore";
    assertThat(run(List.of(unsafe), arguments)).as(errors()).isEqualTo(2);
    assertThat(errors())
        .contains("spark.delta.logStore.s3a.impl=io.runlake.store.delta.S3LogStore")
        .contains("it is io.delta.storage.S3SingleDriverLogStore. Remove that setting.");

    assertThat(run(List.of(), arguments)).as(errors()).isZero();
    long rows = scores().count();
    assertThat(rows).isPositive();
    List<String> other =
        fixture.arguments("--output.path", OUTPUT, "--model", "models:/occupancy/2", "--force");
    assertThat(run(List.of(), other)).as(errors()).isZero();
    assertThat(scores().count()).isEqualTo(rows);
    assertThat(scores().select("model_version").distinct().collectAsList())
        .extracting(row -> String.valueOf(row.get(0)))
        .containsExactly("2");
    // Only our log store leaves this behind: it was the one that wrote.
    assertThat(names(OUTPUT + "/_delta_log")).contains(".conditional-create.tmp");
  }

  private static Configuration hadoop() {
    Configuration configuration = TestSpark.session().sparkContext().hadoopConfiguration();
    S3Server.shared().settings().forEach(configuration::set);
    return configuration;
  }

  private static Dataset<Row> scores() {
    hadoop();
    return TestSpark.session().read().format("delta").load(OUTPUT);
  }

  private static List<String> names(String where) throws Exception {
    var path = new org.apache.hadoop.fs.Path(where);
    List<String> names = new ArrayList<>();
    try (FileSystem files = FileSystem.newInstance(path.toUri(), hadoop())) {
      for (FileStatus status : files.listStatus(path)) {
        names.add(status.getPath().getName());
      }
    }
    return names;
  }

  private int run(List<String> options, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(System.getProperty("runlake.spark.module.options").split(" ")));
    command.addAll(
        List.of(
            "-Xmx1g",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"),
            "-Dspark.master=local[2]",
            "-Dspark.ui.enabled=false",
            "-Dspark.driver.host=127.0.0.1",
            "-Dspark.driver.bindAddress=127.0.0.1",
            "-Dspark.databricks.delta.snapshotPartitions=2",
            "-Dspark.sql.session.timeZone=UTC"));
    S3Server.shared()
        .settings()
        .forEach((key, value) -> command.add("-Dspark.hadoop." + key + "=" + value));
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), BatchScoringJob.class.getName()));
    command.addAll(arguments);
    Process child =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
            .start();
    assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    return child.exitValue();
  }

  private Path log() {
    return folder.resolve("child.log");
  }

  private String errors() throws Exception {
    return Files.exists(log()) ? Files.readString(log()) : "";
  }
}
