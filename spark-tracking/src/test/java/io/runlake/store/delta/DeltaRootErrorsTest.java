package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.utils.CloseableIterable;
import io.runlake.store.Alert;
import io.runlake.store.ArtifactPath;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.Store;
import io.runlake.store.StoreException;
import io.runlake.store.StoreException.Kind;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Roots that cannot be a store: one clear error each, and nothing written. */
@Timeout(30)
class DeltaRootErrorsTest {
  @TempDir Path folder;

  private Store open() {
    return Stores.open("delta:" + folder.resolve("root"), StoreOptions.defaults());
  }

  private static RunBatch batch() {
    return RunBatch.of(RunRow.of(RunId.newId(Instant.now()), new ExperimentId("1")));
  }

  private static void refused(Kind kind, ThrowingCallable call, String... words) {
    assertThatThrownBy(
            () -> {
              try {
                call.call();
              } catch (CompletionException e) {
                throw e.getCause();
              }
            })
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.kind()).describedAs("%s", e).isEqualTo(kind))
        .satisfies(
            e -> {
              for (String word : words) {
                assertThat(e).hasMessageContaining(word);
              }
            });
  }

  /** Every way into a store, each of which must give the same kind of error. */
  private static void everyWay(Store store, Consumer<ThrowingCallable> refused) {
    refused.accept(() -> store.runs().append(batch()).join());
    refused.accept(() -> store.runs().current(RunScan.all()));
    refused.accept(() -> store.runs().find(RunId.newId(Instant.now())));
  }

  @Test
  void aFileWhereTheRootShouldBe() throws Exception {
    Files.writeString(folder.resolve("root"), "x");
    try (Store store = open()) {
      everyWay(
          store,
          way ->
              refused(
                  Kind.UNAVAILABLE,
                  way,
                  folder.resolve("root") + " is a file where a folder should be",
                  "choose another root"));
      refused(Kind.UNAVAILABLE, store::exists, "is a file");
      refused(
          Kind.UNAVAILABLE,
          () -> store.alerts().append(new Alert(1, "k", "s", "m", Optional.empty())),
          "is a file");
      refused(
          Kind.UNAVAILABLE,
          () -> store.experiments().change(state -> null),
          "is a file where a folder should be");
      refused(
          Kind.UNAVAILABLE, () -> store.claims().put(folder + "/root/x", new byte[1]), "is a file");
    }
    assertThat(Files.readString(folder.resolve("root"))).isEqualTo("x");
  }

  @Test
  void aFileWhereAParentOfTheRootShouldBe() throws Exception {
    Files.writeString(folder.resolve("file"), "x");
    try (Store store =
        Stores.open("delta:" + folder.resolve("file/below/root"), StoreOptions.defaults())) {
      everyWay(store, way -> refused(Kind.UNAVAILABLE, way, folder.resolve("file") + " is a file"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"not json", "", "{\"add\":{\"path\":", "{\"commitInfo\":{}}"})
  void aDamagedLogEntry(String content) throws Exception {
    try (Store store = open()) {
      store.runs().append(batch()).join();
    }
    Path entry = folder.resolve("root/runs/_delta_log/00000000000000000000.json");
    Files.writeString(entry, content);
    Files.deleteIfExists(entry.resolveSibling("00000000000000000000.crc"));
    try (Store store = open()) {
      everyWay(
          store,
          way -> refused(Kind.CORRUPT, way, folder.resolve("root") + "/runs", "restore them"));
    }
    assertThat(Files.readString(entry)).isEqualTo(content);
  }

  @Test
  void aMissingDataFile() throws Exception {
    try (Store store = open()) {
      store.runs().append(batch()).join();
    }
    try (var files = Files.walk(folder.resolve("root/runs"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        Files.delete(file);
      }
    }
    try (Store store = open()) {
      refused(Kind.CORRUPT, () -> store.runs().current(RunScan.all()), "/runs", "parquet");
    }
  }

  @ParameterizedTest
  @CsvSource({"'', has no property", "2, runlake.format=2"})
  void aTableOfAnotherFormat(String format, String words) throws Exception {
    StoreEngine engine = new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()));
    String path = "file:" + folder.resolve("root/runs");
    TableManager.buildCreateTableTransaction(path, TableSpec.RUNS.schema(), "someone")
        .withTableProperties(format.isEmpty() ? Map.of("a", "b") : Map.of(TableSpec.FORMAT, format))
        .build(engine)
        .commit(engine, CloseableIterable.emptyIterable());
    try (Store store = open()) {
      everyWay(store, way -> refused(Kind.CORRUPT, way, "/runs", words));
    }
    assertThat(folder.resolve("root/runs/_delta_log/00000000000000000001.json")).doesNotExist();
  }

  @Test
  void aFormatThatChangesWhileTheStoreIsOpenStopsReading() {
    try (Store store = open()) {
      store.runs().append(batch()).join();
      StoreEngine engine = new StoreEngine(new LocalFileIO(Map.of()), new HadoopFiles(Map.of()));
      Snapshot snapshot =
          TableManager.loadSnapshot("file:" + folder.resolve("root/runs")).build(engine);
      snapshot
          .buildUpdateTableTransaction("someone", Operation.MANUAL_UPDATE)
          .withTablePropertiesAdded(Map.of(TableSpec.FORMAT, "9"))
          .build(engine)
          .commit(engine, CloseableIterable.emptyIterable());
      everyWay(store, way -> refused(Kind.CORRUPT, way, "runlake.format=9"));
    }
  }

  @Test
  void anEmptyLogFolderIsNoTableYet() throws Exception {
    Files.createDirectories(folder.resolve("root/runs/_delta_log"));
    try (Store store = open()) {
      assertThat(store.exists()).isFalse();
      assertThat(store.runs().current(RunScan.all())).isEmpty();
      store.runs().append(batch()).join();
      assertThat(store.runs().current(RunScan.all())).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "hdfs:", "hdfs://host", "s3a://bucket"})
  void rootsThatCannotBeOne(String root) {
    refused(
        Kind.INVALID,
        () -> Stores.open("delta:" + root, StoreOptions.defaults()),
        "Invalid root '" + root + "'",
        "/data/runlake");
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, file:/a/b",
    "file:/a/b/, file:/a/b",
    "file:///a b/../c d, file:/c d",
    "hdfs://host:8020/a//b/, hdfs://host:8020/a/b",
    "hdfs://host/a ü/../c 100%/, hdfs://host/c 100%",
    "hdfs:///data/x, hdfs:/data/x",
    "s3a://bucket/a//b ü/, s3a://bucket/a/b ü",
    "abfss://container@account.dfs.core.windows.net/x, abfss://container@account.dfs.core.windows.net/x"
  })
  void rootsAreCanonical(String root, String canonical) {
    assertThat(DeltaStoreProvider.canonical(root)).isEqualTo(canonical);
  }

  static Stream<IOException> refusals() {
    return Stream.of(
        new AccessDeniedException("/data/root"),
        new FileSystemException("/data/root", null, "Read-only file system"),
        new FileNotFoundException("/data/root/runs/x.parquet (Permission denied)"));
  }

  /** A disk that is mounted read-only, or a folder of another user's. */
  @ParameterizedTest
  @MethodSource("refusals")
  void aRootThatMayNotBeWrittenIsRefusedWithoutTryingAgain(IOException refusal) {
    FileIO disk = new LocalFileIO(Map.of());
    Object files =
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {FileIO.class},
            (proxy, method, arguments) -> {
              if (List.of("mkdirs", "newOutputFile").contains(method.getName())) {
                throw method.getName().equals("mkdirs")
                    ? refusal
                    : new UncheckedIOException(refusal);
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    Retry never =
        new Retry(
            Duration.ofSeconds(60),
            Duration.ofSeconds(15),
            System::nanoTime,
            millis -> {
              throw new AssertionError("tried again");
            });
    String root = "file:" + folder.resolve("root");
    try (Store store = new DeltaStore(DeltaRoot.alone(root, (FileIO) files, never))) {
      assertThatThrownBy(() -> store.runs().append(batch()).join())
          .hasMessageContaining("Cannot write to " + root)
          .hasMessageContaining("lets this user in");
    }
    assertThat(folder.resolve("root")).doesNotExist();
  }

  /** A ZIP archive is one. */
  @Test
  void aFileSystemWithoutHardLinksIsRefused() throws Exception {
    try (var zip =
        FileSystems.newFileSystem(folder.resolve("disk.zip"), Map.of("create", "true"))) {
      Path temporary = Files.writeString(zip.getPath("/entry.tmp"), "x");
      assertThatThrownBy(() -> LocalFiles.link(temporary, zip.getPath("/entry.json")))
          .isInstanceOf(UnsafeSetUpException.class)
          .hasMessageContaining("/entry.json has no hard links")
          .hasMessageContaining("Use a root on a file system that has them");
      assertThat(zip.getPath("/entry.json")).doesNotExist();
    }
  }

  @Test
  void aRelativeRootIsBelowTheWorkingFolder() {
    assertThat(DeltaStoreProvider.canonical("./x"))
        .isEqualTo("file:" + Path.of("x").toAbsolutePath());
  }

  @Test
  void aSymbolicLinkDoesNotLeadOutOfTheArtifacts() throws Exception {
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "s");
    Path artifacts = Files.createDirectories(folder.resolve("artifacts"));
    Files.createSymbolicLink(artifacts.resolve("link"), outside);
    var content = new ByteArrayInputStream(new byte[] {1});
    try (Store store = open()) {
      var secret = ArtifactPath.of("link/secret");
      String in = "file:" + artifacts;
      refused(Kind.INVALID, () -> store.artifacts().open(in, secret), "leads out of");
      refused(Kind.INVALID, () -> store.artifacts().put(in, secret, content), "leads out of");
      refused(
          Kind.INVALID,
          () -> store.artifacts().put(in, ArtifactPath.of("link/x/y"), content),
          "leads out of");
    }
    assertThat(Files.readString(outside.resolve("secret"))).isEqualTo("s");
    assertThat(outside.resolve("x")).doesNotExist();
  }
}
