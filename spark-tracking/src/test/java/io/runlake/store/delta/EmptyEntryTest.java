package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.Alert;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.MetricValue;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.StoreException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A loss of power leaves another writer's entry without content, while a store is open that has
 * read what came before it: neither its reads nor its writes take it for a commit of nothing.
 */
@Timeout(120)
class EmptyEntryTest {
  private static final ExperimentId EXPERIMENT = new ExperimentId("1");

  @TempDir Path folder;

  private DeltaRoot store;
  private DeltaRoot reader;

  @BeforeEach
  void open() {
    store = DeltaRoot.alone(root(), new RecordingFiles(), Retry.defaults());
    reader = DeltaRoot.alone(root(), new RecordingFiles(), Retry.defaults());
  }

  @AfterEach
  void close() {
    store.leave();
    reader.leave();
  }

  private String root() {
    return "file:" + folder.resolve("root");
  }

  /** Makes the next entry of a table without content. */
  private void empty(String table, int version) throws IOException {
    Path log = folder.resolve("root").resolve(table).resolve("_delta_log");
    assertThat(log.resolve(String.format("%020d.json", version - 1))).exists();
    Files.createFile(log.resolve(String.format("%020d.json", version)));
  }

  private static void assertRefused(ThrowingCallable what, String table, int version) {
    assertThatThrownBy(
            () -> {
              try {
                what.call();
              } catch (CompletionException e) {
                throw e.getCause();
              }
            })
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).isEqualTo(StoreException.Kind.CORRUPT))
        .hasMessageContaining(table + "/_delta_log/" + String.format("%020d.json", version))
        .hasMessageContaining("is empty");
  }

  private static RunBatch batch(RunId run) {
    MetricPoint point = new MetricPoint(EXPERIMENT, run, "m", new MetricValue(1, 1, 0.5));
    RunRow row = RunRow.of(run, EXPERIMENT).withMetrics(Map.of("m", point.value()));
    return new RunBatch(List.of(point), List.of(row));
  }

  @Test
  void runsAndPointsAreNotReadPastIt() throws Exception {
    RunId run = RunId.newId(Instant.now());
    store.runs().append(batch(run)).join();
    store.runs().append(batch(run)).join();
    for (DeltaRoot open : List.of(store, reader)) {
      assertThat(open.runs().find(run)).isPresent();
      assertThat(open.runs().current(RunScan.all())).hasSize(1);
      assertThat(open.runs().points(run, Optional.empty())).hasSize(1);
      assertThat(open.runs().extent()).isPresent();
    }
    empty("metrics", 2);
    empty("runs", 2);
    for (DeltaRoot open : List.of(store, reader)) {
      for (int again = 0; again < 2; again++) {
        assertRefused(() -> open.runs().find(run), "runs", 2);
        assertRefused(() -> open.runs().current(RunScan.all()), "runs", 2);
        assertRefused(() -> open.runs().extent(), "runs", 2);
        assertRefused(() -> open.runs().points(run, Optional.empty()), "metrics", 2);
      }
    }
  }

  @Test
  void nothingIsWrittenBehindIt() throws Exception {
    RunId run = RunId.newId(Instant.now());
    store.runs().append(batch(run)).join();
    store.runs().append(batch(run)).join();
    store.alerts().append(new Alert(1, "k", "s", "m", Optional.empty()));
    empty("metrics", 2);
    empty("alerts", 1);
    assertRefused(() -> store.runs().append(batch(run)).join(), "metrics", 2);
    assertRefused(
        () -> store.alerts().append(new Alert(2, "k", "s", "m", Optional.empty())), "alerts", 1);
    assertThat(folder.resolve("root/metrics/_delta_log/00000000000000000003.json")).doesNotExist();
    assertThat(folder.resolve("root/alerts/_delta_log/00000000000000000002.json")).doesNotExist();
  }

  @Test
  void aStateIsNeitherReadNorDecidedPastIt() throws Exception {
    assertThat(NextVersion.register(store.registry())).isEqualTo(1);
    assertThat(NextVersion.register(store.registry())).isEqualTo(2);
    assertThat(reader.registry().current()).hasSize(2);
    empty("registry", 2);
    for (DeltaRoot open : List.of(store, reader)) {
      for (int again = 0; again < 2; again++) {
        assertRefused(() -> open.registry().current(), "registry", 2);
        assertRefused(() -> NextVersion.register(open.registry()), "registry", 2);
      }
    }
    assertThat(folder.resolve("root/registry/_delta_log/00000000000000000003.json")).doesNotExist();
  }
}
