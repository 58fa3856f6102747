package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.store.delta.FaultPoints.Effect;
import io.runlake.store.delta.FaultPoints.Operation;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the tap sees what it says it sees: the tests that rest on it would pass on a blind one. */
class DiskTapTest {
  private static final byte[] CONTENT = "x".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;

  private List<String> verbs(FaultPoints points) {
    return points.operations().stream()
        .map(
            operation ->
                operation.verb()
                    + (LocalFiles.isTemporary(Path.of(operation.path()).getFileName().toString())
                        ? " temporary"
                        : ""))
        .toList();
  }

  @Test
  void aFileThatIsPutIfAbsentIsSyncedThenLinkedThenItsFolderSynced() throws IOException {
    FaultPoints points = FaultPoints.none();
    try (DiskTap tap = DiskTap.on(folder, points)) {
      LocalFiles.create(folder.resolve("a"), CONTENT);
    }
    assertThat(verbs(points))
        .containsSubsequence(
            "create temporary",
            "write temporary",
            "sync temporary",
            "link",
            "delete temporary",
            "open",
            "sync");
    LocalFiles.create(folder.resolve("b"), CONTENT);
    assertThat(points.operations()).as("closed").noneMatch(o -> o.path().endsWith("b"));
  }

  @Test
  void aFileOutsideIsNotSeen() throws IOException {
    FaultPoints points = FaultPoints.none();
    try (DiskTap tap = DiskTap.on(folder.resolve("inside"), points)) {
      LocalFiles.create(folder.resolve("inside-not"), CONTENT);
      assertThat(points.operations()).isEmpty();
    }
  }

  @Test
  void readingAndReplacingAreSeen() throws IOException {
    FaultPoints points = FaultPoints.none();
    try (DiskTap tap = DiskTap.on(folder, points)) {
      LocalFiles.createFolders(folder.resolve("c"));
      LocalFiles.replace(folder.resolve("c/d"), CONTENT);
      assertThat(LocalFiles.read(folder.resolve("c/d"))).contains(CONTENT);
      try (var entries = Files.list(folder)) {
        assertThat(entries).hasSize(1);
      }
    }
    assertThat(verbs(points))
        .containsSubsequence("mkdir", "sync", "rename", "sync", "open", "list");
  }

  /** What Hadoop's local file system, and with it Spark, works with. */
  @Test
  void theOldClassOfFilesIsSeenToo() throws IOException {
    FaultPoints points = FaultPoints.none();
    File old = folder.toFile();
    try (DiskTap tap = DiskTap.on(folder, points)) {
      assertThat(new File(old, "e/f").mkdirs()).isTrue();
      try (FileOutputStream file = new FileOutputStream(new File(old, "e/g"))) {
        file.write(CONTENT);
      }
      assertThat(new File(old, "e/g").renameTo(new File(old, "e/h"))).isTrue();
      assertThat(new File(old, "e/h").delete()).isTrue();
      assertThat(new File(old, "e/i").createNewFile()).isTrue();
    }
    assertThat(points.operations())
        .filteredOn(Operation::changes)
        .extracting(o -> o.verb() + " " + folder.relativize(Path.of(o.path())))
        .containsExactly(
            "mkdir e/f",
            "mkdir e",
            "mkdir e/f",
            "create e/g",
            "write e/g",
            "rename e/h",
            "delete e/h",
            "create e/i");
  }

  @Test
  void whatACrashLeavesIsWhatStoodWhenItCame() throws IOException {
    FaultPoints calm = FaultPoints.none();
    try (DiskTap tap = DiskTap.on(folder.resolve("calm"), calm)) {
      Files.createDirectory(folder.resolve("calm"));
      LocalFiles.create(folder.resolve("calm/a"), CONTENT);
    }
    Operation link =
        calm.operations().stream().filter(o -> o.verb().equals("link")).findFirst().orElseThrow();
    for (Effect effect : List.of(Effect.DIE_BEFORE, Effect.DIE_AFTER)) {
      Path root = folder.resolve(effect.name());
      FaultPoints points = FaultPoints.at(link.number(), effect);
      try (DiskTap tap = DiskTap.on(root, points)) {
        Files.createDirectory(root);
        assertThatThrownBy(() -> LocalFiles.create(root.resolve("a"), CONTENT))
            .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> LocalFiles.create(root.resolve("b"), CONTENT))
            .hasMessage("the process is dead");
      }
      assertThat(points.struck()).isPresent();
      assertThat(Files.exists(root.resolve("a"))).isEqualTo(effect == Effect.DIE_AFTER);
      try (var files = Files.list(root)) {
        assertThat(files.filter(file -> LocalFiles.isTemporary(file.getFileName().toString())))
            .as("a crash cleans nothing up")
            .hasSize(1);
      }
    }
  }
}
