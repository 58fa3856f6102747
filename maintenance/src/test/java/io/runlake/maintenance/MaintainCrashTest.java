package io.runlake.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.doctor.Doctor;
import io.runlake.maintenance.MaintenanceReport.TableReport;
import io.runlake.store.Finding.Severity;
import io.runlake.store.MetricValue;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import io.runlake.store.delta.DiskTap;
import io.runlake.store.delta.FaultPoints;
import io.runlake.store.delta.FaultPoints.Effect;
import io.runlake.store.delta.FaultPoints.Operation;
import io.runlake.testkit.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Maintenance dies before any operation that changes a file: readers see what they saw before, the
 * next maintenance completes the work, and the one after that finds nothing to do.
 */
@Tag("slow")
@Timeout(7_200)
class MaintainCrashTest {
  private static final boolean ALL = Boolean.getBoolean("runlake.crash.all");

  /** Which part of all deaths, as in {@code 2/3}: all together take more than an hour. */
  private static final String PART = System.getProperty("runlake.crash.part", "1/1");

  /** How many deaths are tried of the operations on checkpoints, the rest of logs, and data. */
  private static final int DEATHS = Integer.getInteger("runlake.maintain.deaths", 2);

  /** Now and then a line says how far it is. */
  private static final int TELL_EVERY = 10;

  @TempDir Path folder;

  private RunId robbed;
  private Seen before;
  private Seen after;
  private int files;

  @Test
  void whereverMaintenanceDiesNothingIsLostAndTheNextCompletesIt() throws IOException {
    Path worn = folder.resolve("worn");
    robbed = WornStore.write(worn);
    before = seen(worn);
    List<Operation> operations = calm(WornStore.copy(worn, folder.resolve("calm")));
    List<Operation> deaths = deaths(operations);
    long start = System.nanoTime();
    List<String> broken = new ArrayList<>();
    Map<String, Integer> struck = new TreeMap<>();
    int done = 0;
    for (Operation death : deaths) {
      Path root = WornStore.copy(worn, folder.resolve("dead-" + death.number()));
      FaultPoints points = FaultPoints.at(death.number(), Effect.DIE_BEFORE);
      try (DiskTap tap = DiskTap.on(root, points)) {
        die(root);
        // Threads of the dead one may live on: they know another folder, and may not write there.
        Path next = Files.move(root, folder.resolve("next-" + death.number()));
        try {
          check(next);
        } catch (AssertionError | Exception e) {
          broken.add(points.struck().orElse(death) + ": " + e);
        }
        points.struck().ifPresent(at -> struck.merge(at.verb() + " " + where(at), 1, Integer::sum));
        remove(next);
      }
      done++;
      if (done % TELL_EVERY == 0) {
        System.out.printf(
            "MaintainCrash: %d of %d deaths, %d s, %d broken%n",
            done, deaths.size(), (System.nanoTime() - start) / 1_000_000_000, broken.size());
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.println(
        "MaintainCrash: "
            + operations.size()
            + " operations, "
            + operations.stream().filter(Operation::changes).count()
            + " of them change files, "
            + deaths.size()
            + " deaths in "
            + Math.round(seconds)
            + " s: "
            + struck);
    broken.forEach(System.out::println);
    assertThat(deaths).hasSizeGreaterThanOrEqualTo(3 * DEATHS);
    assertThat(broken).isEmpty();
    assertThat(struck.values().stream().mapToInt(Integer::intValue).sum())
        .as("deaths that came to pass")
        .isGreaterThanOrEqualTo(deaths.size() * 8 / 10);
  }

  private static Seen seen(Path root) {
    return Seen.of("delta:" + root, StoreOptions.defaults());
  }

  /** What maintenance does when nothing happens to it. */
  private List<Operation> calm(Path root) throws IOException {
    FaultPoints points = FaultPoints.none();
    MaintenanceReport report;
    try (DiskTap tap = DiskTap.on(root, points)) {
      report = maintain(root);
    }
    after = seen(root);
    files = liveFiles(report);
    assertThat(report.tables().stream().mapToLong(TableReport::mapsMended).sum()).isEqualTo(1);
    assertThat(before.runs().get(robbed).metrics().get("rmse")).isNotEqualTo(mended(after));
    assertThat(mended(after).step()).isEqualTo(9);
    assertThat(abandoned(root)).isZero();
    assertThat(Files.exists(root.resolve("runs/_delta_log/00000000000000000000.json"))).isFalse();
    assertThat(points.operations().stream().filter(Operation::changes).map(Operation::verb))
        .contains("create", "write", "sync", "link", "rename", "delete", "mkdir");
    assertThat(points.operations().stream().filter(Operation::changes)).hasSizeGreaterThan(100);
    return points.operations();
  }

  private static MetricValue mended(Seen seen) {
    return seen.runs().values().stream()
        .flatMap(row -> Optional.ofNullable(row.metrics().get("rmse")).stream())
        .max(Comparator.comparingLong(MetricValue::step))
        .orElseThrow();
  }

  private static List<Operation> deaths(List<Operation> operations) {
    List<Operation> changes = operations.stream().filter(Operation::changes).toList();
    if (ALL) {
      String[] part = PART.split("/");
      int number = Integer.parseInt(part[0]);
      int parts = Integer.parseInt(part[1]);
      return changes.subList(
          changes.size() * (number - 1) / parts, changes.size() * number / parts);
    }
    List<Operation> chosen = new ArrayList<>();
    changes.stream()
        .collect(Collectors.groupingBy(MaintainCrashTest::where, TreeMap::new, Collectors.toList()))
        .forEach((where, at) -> chosen.addAll(evenly(at)));
    return chosen;
  }

  private static List<Operation> evenly(List<Operation> operations) {
    List<Operation> chosen = new ArrayList<>();
    for (int i = 0; i < DEATHS; i++) {
      chosen.add(operations.get((int) ((i + 0.5) * operations.size() / DEATHS)));
    }
    return chosen;
  }

  private static String where(Operation at) {
    if (!at.path().contains("_delta_log")) {
      return "data";
    }
    return Path.of(at.path()).getFileName().toString().contains(".checkpoint.parquet")
        ? "checkpoint"
        : "log";
  }

  private static MaintenanceReport maintain(Path root) {
    return Maintenance.run(
        TestSpark.session(), "delta:" + root, MaintenanceOptions.defaults(), Fixture.NOWHERE);
  }

  private static void die(Path root) {
    try {
      maintain(root);
    } catch (Exception dead) {
      // Spark's exceptions, checked ones too, come unannounced through Scala. What fails after the
      // last commit is not always told.
      assertThat(dead).isNotNull();
    }
  }

  private void check(Path root) throws IOException {
    Seen found = seen(root);
    RunRow row = found.runs().get(robbed);
    boolean whole = after.runs().get(robbed).equals(row);
    assertThat(found).as("after the death").isEqualTo(whole ? after : before);
    examine(root, "after the death");

    MaintenanceReport second = maintain(root);
    assertThat(second.failures()).isEmpty();
    assertThat(seen(root)).as("after the second").isEqualTo(after);
    assertThat(liveFiles(second)).as("live files").isEqualTo(files);
    assertThat(abandoned(root)).as("files that no version needs").isZero();

    Map<String, String> disk = disk(root);
    MaintenanceReport third = maintain(root);
    assertThat(third.tables()).allSatisfy(table -> assertThat(table.rewritten()).isEmpty());
    assertThat(third.tables()).noneMatch(TableReport::checkpointed);
    assertThat(disk(root)).as("the disk after the third").isEqualTo(disk);
    examine(root, "after the third");
  }

  private static void examine(Path root, String when) {
    try (Store store = Stores.open("delta:" + root, StoreOptions.defaults())) {
      assertThat(Doctor.check(store))
          .as("what the doctor finds %s", when)
          .noneMatch(finding -> finding.severity() == Severity.VIOLATION);
    }
  }

  private static int liveFiles(MaintenanceReport report) {
    return (int) report.tables().stream().mapToLong(table -> table.after().files()).sum();
  }

  private static long abandoned(Path root) throws IOException {
    return WornStore.filesBelow(root).stream()
        .filter(file -> file.getFileName().toString().startsWith("abandoned-"))
        .count();
  }

  /** The files and when they were written; Delta notes there each time that it looked. */
  private static Map<String, String> disk(Path root) throws IOException {
    Map<String, String> disk = new TreeMap<>();
    for (Path file : WornStore.filesBelow(root)) {
      if (!file.getFileName().toString().contains("_last_vacuum_info")) {
        disk.put(
            root.relativize(file).toString(),
            Files.size(file) + " " + Files.getLastModifiedTime(file));
      }
    }
    return disk;
  }

  private static void remove(Path root) throws IOException {
    try (var below = Files.walk(root)) {
      for (Path entry : below.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(entry);
      }
    }
  }
}
