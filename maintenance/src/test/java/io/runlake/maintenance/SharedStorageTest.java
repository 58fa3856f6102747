package io.runlake.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.doctor.Doctor;
import io.runlake.maintenance.JobsOnRequest.Answer;
import io.runlake.store.ArtifactPath;
import io.runlake.store.Finding.Severity;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.testkit.HdfsCluster;
import io.runlake.testkit.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FileUtil;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Maintenance and gc of stores on HDFS and on S3, with VACUUM and the cleaning of logs. */
@Tag("slow")
class SharedStorageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static java.nio.file.Path folder;
  private static S3Server s3;
  private static JobsOnRequest jobs;

  /** Sets when a file was last written. */
  private interface Ageing {
    void age(Path file, long millis) throws IOException;
  }

  @BeforeAll
  static void start() throws IOException {
    Files.createDirectories(folder.resolve("objects"));
    s3 = S3Server.start(folder.resolve("objects"));
    jobs = JobsOnRequest.start(s3.settings(), folder.resolve("jobs.log"));
  }

  @AfterAll
  static void stop() throws IOException {
    jobs.close();
    s3.close();
  }

  @Test
  void onHdfs() throws IOException {
    Configuration hadoop = new Configuration();
    maintained(
        HdfsCluster.shared().uri() + "/maintained",
        Map.of(),
        (file, millis) -> file.getFileSystem(hadoop).setTimes(file, millis, -1));
  }

  /** An S3 tells no object's time but that of its PUT, so the emulator's file is aged. */
  @Test
  void onS3() throws IOException {
    java.nio.file.Path bucket =
        folder.resolve("objects/s3").resolve(URI.create(s3.uri()).getHost());
    maintained(
        s3.uri() + "/maintained",
        s3.settings(),
        (file, millis) ->
            Files.setLastModifiedTime(
                bucket.resolve(file.toUri().getPath().substring(1)), FileTime.fromMillis(millis)));
  }

  private static void maintained(String root, Map<String, String> settings, Ageing ageing)
      throws IOException {
    String uri = "delta:" + root;
    StoreOptions options = StoreOptions.defaults().withFileSystem(settings);
    Configuration hadoop = new Configuration();
    settings.forEach(hadoop::set);
    try (FileSystem files = FileSystem.newInstance(URI.create(root), hadoop)) {
      RunId robbed;
      try (Store store = Stores.open(uri, options)) {
        robbed = WornStore.log(store);
      }
      Seen before = Seen.of(uri, options);
      writeArtifacts(before, uri, options);
      Path abandoned = wear(files, root, ageing);

      JsonNode first = done(jobs.run("maintain", "--store", uri));

      assertThat(first.path("root").asText()).isEqualTo(root);
      assertThat(table(first, "runs").path("maps_mended").asInt()).isEqualTo(1);
      assertThat(table(first, "runs").path("checkpointed").asBoolean()).isTrue();
      assertThat(table(first, "runs").path("after").path("files").asInt()).isEqualTo(1);
      assertThat(files.exists(abandoned)).as("what VACUUM leaves").isFalse();
      assertThat(files.exists(new Path(root + "/runs/_delta_log/00000000000000000000.json")))
          .as("an old entry of the log")
          .isFalse();
      Seen after = mended(before, robbed, Seen.of(uri, options));
      healthy(uri, options);

      JsonNode second = done(jobs.run("maintain", "--store", uri, "--dry-run"));
      assertThat(second.path("tables"))
          .allSatisfy(table -> assertThat(table.path("rewritten")).isEmpty());
      RunId deleted = deleted(after);
      assertThat(artifacts(files, after, deleted)).isTrue();

      JsonNode gone = done(jobs.run("gc", "--store", uri, "--older-than", "0h"));
      assertThat(gone.path("runs").asInt()).isEqualTo(1);
      assertThat(gone.path("artifact_folders").asInt()).isEqualTo(1);

      assertThat(Seen.of(uri, options)).isEqualTo(without(after, deleted));
      for (RunId id : after.runs().keySet()) {
        assertThat(artifacts(files, after, id)).isEqualTo(!id.equals(deleted));
      }
      healthy(uri, options);
    }
  }

  private static JsonNode done(Answer answer) throws IOException {
    assertThat(answer.exit()).as(answer.json()).isZero();
    return JSON.readTree(answer.json());
  }

  private static JsonNode table(JsonNode report, String name) {
    return StreamSupport.stream(report.path("tables").spliterator(), false)
        .filter(table -> table.path("table").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void writeArtifacts(Seen seen, String uri, StoreOptions options) {
    try (Store store = Stores.open(uri, options)) {
      for (RunRow row : seen.runs().values()) {
        store
            .artifacts()
            .put(
                row.origin().orElseThrow().artifactUri(),
                ArtifactPath.of("deep/notes.txt"),
                new ByteArrayInputStream(new byte[] {1}));
      }
    }
  }

  private static boolean artifacts(FileSystem files, Seen seen, RunId id) throws IOException {
    String folder = seen.runs().get(id).origin().orElseThrow().artifactUri();
    return files.exists(new Path(folder + "/deep/notes.txt"));
  }

  /** Makes logs older than they are kept, and a file that no version needs; returns that. */
  private static Path wear(FileSystem files, String root, Ageing ageing) throws IOException {
    long old = Instant.now().minus(WornStore.OLD).toEpochMilli();
    Path data = null;
    for (String table : List.of("runs", "metrics", "experiments")) {
      RemoteIterator<LocatedFileStatus> found = files.listFiles(new Path(root, table), true);
      while (found.hasNext()) {
        LocatedFileStatus file = found.next();
        if (file.getPath().toString().contains("/_delta_log/")) {
          ageing.age(file.getPath(), file.getModificationTime() - WornStore.OLD.toMillis());
        } else if (table.equals("runs")) {
          data = file.getPath();
        }
      }
    }
    Path abandoned = new Path(data.getParent(), "abandoned-" + data.getName());
    FileUtil.copy(files, data, files, abandoned, false, files.getConf());
    ageing.age(abandoned, old);
    assertThat(files.getFileStatus(abandoned).getModificationTime() / 1000).isEqualTo(old / 1000);
    return abandoned;
  }

  /** That nothing changed but the one map that lacked a point. */
  private static Seen mended(Seen before, RunId robbed, Seen after) {
    Map<RunId, RunRow> expected = new HashMap<>(before.runs());
    Map<String, MetricValue> map = new HashMap<>(expected.get(robbed).metrics());
    MetricValue last = after.runs().get(robbed).metrics().get("rmse");
    assertThat(last.step()).isEqualTo(9);
    map.put("rmse", last);
    expected.put(robbed, expected.get(robbed).withMetrics(map));
    assertThat(after).isEqualTo(new Seen(expected, before.points(), before.experiments()));
    return after;
  }

  private static RunId deleted(Seen seen) {
    return seen.runs().values().stream()
        .filter(
            row -> row.lifecycle().flatMap(Stamp::value).filter(RunRow.DELETED::equals).isPresent())
        .findFirst()
        .orElseThrow()
        .runId();
  }

  private static Seen without(Seen seen, RunId id) {
    Map<RunId, RunRow> runs = new HashMap<>(seen.runs());
    runs.remove(id);
    var points = new HashMap<>(seen.points());
    points.remove(id);
    return new Seen(runs, points, seen.experiments());
  }

  private static void healthy(String uri, StoreOptions options) {
    try (Store store = Stores.open(uri, options)) {
      assertThat(Doctor.check(store))
          .noneMatch(finding -> finding.severity() == Severity.VIOLATION);
    }
  }
}
