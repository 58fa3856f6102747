package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.store.delta.S3Relay.Fate;
import io.runlake.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a write when S3 answers otherwise than by yes, and which set-ups are refused. */
@Tag("slow")
@Timeout(120)
class S3FaultTest {
  private static int tests;

  private final String home = S3Server.shared().uri() + "/faults " + tests++;
  private final AtomicInteger struck = new AtomicInteger();
  @TempDir Path folder;
  private S3Relay relay;

  @BeforeEach
  void start() throws IOException {
    relay = new S3Relay(S3Server.shared().endpoint());
  }

  @AfterEach
  void stop() {
    relay.close();
  }

  private Map<String, String> settings() {
    Map<String, String> settings = S3Server.settings(relay.endpoint());
    settings.put("fs.s3a.attempts.maximum", "1");
    settings.put("fs.s3a.retry.limit", "2");
    settings.put("fs.s3a.retry.interval", "5ms");
    settings.put("fs.s3a.retry.throttle.limit", "2");
    settings.put("fs.s3a.retry.throttle.interval", "5ms");
    return settings;
  }

  private Store open(Map<String, String> settings) {
    return Stores.open("delta:" + home + "/root", StoreOptions.defaults().withFileSystem(settings));
  }

  private static RunRow row() {
    return RunRow.of(RunId.newId(Instant.now()), new ExperimentId("1"));
  }

  /** The first ones that create a file of such a name. */
  private S3Relay.Rule first(int times, String name, Fate fate) {
    return request ->
        request.creates() && request.path().matches(name) && struck.incrementAndGet() <= times
            ? fate
            : Fate.PASS;
  }

  /** All rows of the table, however often each is there. */
  private List<RunRow> rows() throws IOException {
    List<RunRow> rows = new ArrayList<>();
    try (HadoopFiles hadoop = new HadoopFiles(S3Server.shared().settings())) {
      String root = home + "/root";
      StoreEngine engine = new StoreEngine(DeltaRoot.fileIO(root, hadoop), hadoop);
      new TableReader<>(new DeltaTable<>(root, TableSpec.RUNS, engine))
          .read(Optional.empty(), rows::add);
    }
    return rows;
  }

  // answers

  @Test
  void aConflictIsTriedAgainUntilItIsAnswered() {
    try (Store store = open(settings())) {
      relay.rule(first(3, ".*/claim", Fate.CONFLICT));
      assertThat(store.claims().put(home + "/claim", new byte[] {1})).isTrue();
      assertThat(struck).hasValue(4);
      assertThat(store.claims().put(home + "/claim", new byte[] {2})).isFalse();
      assertThat(store.claims().get(home + "/claim")).contains(new byte[] {1});
    }
  }

  @Test
  void aCommitOutlastsAnOverloadedService() throws Exception {
    RunRow row = row();
    relay.rule(first(7, ".*\\.json", Fate.SLOW_DOWN));
    try (Store store = open(settings())) {
      store.runs().append(RunBatch.of(row)).join();
    }
    assertThat(struck.get()).isGreaterThan(7);
    assertThat(rows()).containsExactly(row);
  }

  /** S3A sends the entry again, and is refused by what it had written. */
  @Test
  void anEntryWhoseAnswerWasLostIsThereOnce() throws Exception {
    List<RunRow> rows = List.of(row(), row(), row());
    relay.rule(first(2, ".*\\.json", Fate.LOSE_ANSWER));
    try (Store store = open(settings())) {
      for (RunRow row : rows) {
        store.runs().append(RunBatch.of(row)).join();
      }
      assertThat(store.runs().current(RunScan.all())).hasSize(3);
    }
    assertThat(struck.get()).isGreaterThan(2);
    assertThat(rows()).containsExactlyInAnyOrderElementsOf(rows);
  }

  @Test
  void sparksEntryWhoseAnswerWasLostIsItsOwn() throws Exception {
    Configuration configuration = sparks(settings());
    S3LogStore log = new S3LogStore(configuration);
    var entry = new org.apache.hadoop.fs.Path(home + "/_delta_log/00000000000000000000.json");
    relay.rule(first(1, ".*\\.json", Fate.LOSE_ANSWER));

    log.write(entry, List.of("{\"mine\":1}").iterator(), false, configuration);
    assertThat(struck.get()).as("sent again").isGreaterThan(1);
    assertThatThrownBy(
            () -> log.write(entry, List.of("{\"yours\":1}").iterator(), false, configuration))
        .isInstanceOf(FileAlreadyExistsException.class);
    try (var lines = log.read(entry, configuration)) {
      assertThat(lines).toIterable().containsExactly("{\"mine\":1}");
    }
    assertThat(log.listFrom(entry, configuration)).toIterable().hasSize(1);
  }

  @Test
  void anExpiredTokenEndsAWriteAtOnce() {
    relay.rule(request -> request.method().equals("PUT") ? Fate.EXPIRED_TOKEN : Fate.PASS);
    assertThat(failureOfAppend(settings()))
        .hasMessageContaining("Cannot write to " + home + "/root")
        .hasMessageContaining("403")
        .hasMessageContaining("lets this user in");
    assertThat(relay.requests.stream().filter(request -> request.method().equals("PUT")))
        .hasSize(1);
  }

  @Test
  void aBucketThatIsNotThereEndsAWriteAtOnce() {
    relay.rule(request -> Fate.NO_SUCH_BUCKET);
    assertThat(failureOfAppend(settings()))
        .hasMessageContaining(home + "/root")
        .hasMessageContaining("NoSuchBucket");
    assertThat(relay.requests).hasSizeLessThan(6);
  }

  // set-ups

  @Test
  void conditionalCreatesThatAreSwitchedOffAreRefused() throws Exception {
    Map<String, String> settings = settings();
    settings.put("fs.s3a.create.conditional.enabled", "false");
    refused(settings, "fs.s3a.create.conditional.enabled is false. Set it to true, or remove it.");
    assertThat(objects()).isEmpty();
  }

  @Test
  void aServiceThatOverwritesIsRefused() throws Exception {
    relay.rule(request -> request.creates() ? Fate.FORGET_CONDITION : Fate.PASS);
    refused(settings(), "does not heed If-None-Match");
    assertThat(objects())
        .allSatisfy(object -> assertThat(object.getPath().getName()).startsWith(".conditional"));
  }

  /** As that of Hadoop 3.3: it knows no such option. */
  public static final class OldConnector extends RawLocalFileSystem {
    private URI uri;

    @Override
    public void initialize(URI name, Configuration configuration) throws IOException {
      uri = URI.create(name.getScheme() + "://" + name.getAuthority());
      super.initialize(name, configuration);
    }

    @Override
    public URI getUri() {
      return uri == null ? super.getUri() : uri;
    }
  }

  @Test
  void aConnectorThatIsTooOldIsRefused() {
    Map<String, String> settings =
        new HashMap<>(Map.of("fs.s3a.impl", OldConnector.class.getName()));
    String root = "s3a://old" + folder.resolve("root");
    try (Store store =
        Stores.open("delta:" + root, StoreOptions.defaults().withFileSystem(settings))) {
      assertThat(store.exists()).isFalse();
      assertThatThrownBy(() -> store.runs().append(RunBatch.of(row())).join())
          .hasRootCauseInstanceOf(UnsafeSetUpException.class)
          .hasMessageContaining("has no conditional create")
          .hasMessageContaining("Hadoop 3.4.2 or newer");
    }
    assertThat(folder.resolve("root")).doesNotExist();
  }

  /**
   * A log store takes the file system that Hadoop keeps for the process, which is another test's.
   */
  private static Configuration sparks(Map<String, String> settings) {
    Configuration configuration = new HadoopFiles(settings).configuration();
    configuration.setBoolean("fs.s3a.impl.disable.cache", true);
    return configuration;
  }

  private Throwable failureOfAppend(Map<String, String> settings) {
    try (Store store = open(settings)) {
      Throwable failure = catchThrowable(() -> store.runs().append(RunBatch.of(row())).join());
      assertThat(failure).isInstanceOf(CompletionException.class);
      return failure.getCause();
    }
  }

  private void refused(Map<String, String> settings, String mend) {
    assertThat(failureOfAppend(settings))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.INVALID))
        .hasMessageContaining("could overwrite each other's commits")
        .hasMessageContaining(mend);
    try (Store store = open(settings)) {
      assertThatThrownBy(() -> store.claims().put(home + "/claim", new byte[] {1}))
          .hasMessageContaining(mend);
    }
    Configuration configuration = sparks(settings);
    assertThatThrownBy(
            () ->
                new S3LogStore(configuration)
                    .write(
                        new org.apache.hadoop.fs.Path(home + "/_delta_log/0.json"),
                        List.of("x").iterator(),
                        false,
                        configuration))
        .hasMessageContaining(mend);
  }

  /** All objects of this test. */
  private List<FileStatus> objects() throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try (HadoopFiles hadoop = new HadoopFiles(S3Server.shared().settings())) {
      var start = new org.apache.hadoop.fs.Path(home);
      FileSystem files = hadoop.of(start);
      if (files.exists(start)) {
        var entries = files.listFiles(start, true);
        while (entries.hasNext()) {
          found.add(entries.next());
        }
      }
    }
    return found;
  }
}
