package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.runlake.tracking.RunQuery;
import io.runlake.tracking.Runlake;
import java.lang.management.ManagementFactory;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing of a fit stays in memory when its run has ended: the objects of our classes and our
 * threads are as many after many fits as before. In full size by {@code -Drunlake.fits=500}.
 */
@Tag("slow")
class ManyFitsTest {
  private static final int WARM_UP = 5;
  private static final int FITS = Integer.getInteger("runlake.fits", 30);

  /** Spark remembers jobs, of which the script lets it keep few: from here on it has its fill. */
  private static final int FILLS_SPARKS_MEMORY = 60;

  private static final String SPARKS_QUERIES = "ResultQueryStageExecution";

  /** What compiled code and Spark's caches may add meanwhile. */
  private static final double HEAP_SLACK_MB = 8;

  @TempDir Path temp;
  private AutologFixture fixture;

  @BeforeEach
  void enable() {
    Guard.reset();
    fixture = new AutologFixture(temp.resolve("store"));
    fixture.spark.conf().set(AutologSetting.MODELS.key(), "false");
    Autolog.enable(fixture.spark);
    fixture.features.cache().count();
  }

  @AfterEach
  void forget() {
    fixture.features.unpersist();
    AutologFixture.settle();
    TrackingTarget.closeAll();
    assertThat(Guard.failures()).isZero();
  }

  @Test
  void heapAndThreadsAreAsBefore() throws Exception {
    // Other tests of this application may have left a fit that nobody ended.
    int rememberedBefore = CostListener.install(fixture.spark.sparkContext()).remembered();
    boolean fullSize = FITS > FILLS_SPARKS_MEMORY;
    if (fullSize) {
      Autolog.disable(fixture.spark);
      fit(FILLS_SPARKS_MEMORY);
      Autolog.enable(fixture.spark);
    }
    fit(WARM_UP);
    if (fullSize) {
      awaitIdlePools();
    }
    final double heapBefore = heapMegabytes();
    final Map<String, Long> allThreadsBefore = threadKinds();
    Map<String, Long> objectsBefore = objects();
    List<String> threadsBefore = threads();
    fit(FITS);
    if (fullSize) {
      awaitIdlePools();
    }
    final double heapAfter = heapMegabytes();
    Map<String, Long> more = objects();
    Map<String, Long> allThreads = threadKinds();
    System.out.println("ManyFits: threads before " + allThreadsBefore + " after " + allThreads);
    System.out.println(
        String.format(
            Locale.ROOT,
            "{\"name\":\"many-fits\",\"fits\":%d,\"heap_mb\":[%.1f,%.1f],\"threads\":[%d,%d],"
                + "\"objects_of_ours\":[%d,%d]}",
            FITS,
            heapBefore,
            heapAfter,
            sum(allThreadsBefore),
            sum(allThreads),
            sum(objectsBefore),
            sum(more)));
    if (fullSize) {
      assertThat(heapAfter).isLessThan(heapBefore + HEAP_SLACK_MB);
    }
    more.entrySet().removeIf(e -> e.getValue() <= objectsBefore.getOrDefault(e.getKey(), 0L));
    more.keySet().removeIf(name -> name.contains("$$Lambda"));
    assertThat(more).isEmpty();
    assertThat(threads()).isEqualTo(threadsBefore);
    assertThat(FitTokens.live()).isZero();
    assertThat(OwnFitRun.live()).isZero();
    assertThat(CostListener.install(fixture.spark.sparkContext()).remembered())
        .isLessThanOrEqualTo(rememberedBefore);
    try (Runlake fresh = Runlake.open(fixture.uri)) {
      assertThat(fresh.countRuns(RunQuery.all())).isEqualTo(WARM_UP + FITS);
    }
  }

  private void fit(int times) throws Exception {
    for (int i = 0; i < times; i++) {
      AutologFixture.regression().fit(fixture.features);
    }
    AutologFixture.settle();
    TrackingTarget.closeAll();
    Backstage.await(Duration.ofSeconds(10));
    // Slower listeners of Spark's hold the last event longer than ours.
    fixture.spark.sparkContext().listenerBus().waitUntilEmpty();
    forgetModels();
    forgetModels();
  }

  /** What is known of a model goes with the first look after the model has gone. */
  private static void forgetModels() throws InterruptedException {
    ReferenceQueue<Object> gone = new ReferenceQueue<>();
    WeakReference<Object> one = new WeakReference<>(new Object(), gone);
    System.gc();
    assertThat(gone.remove(60_000)).isSameAs(one);
    assertThat(FittedModels.of(one)).isEmpty();
  }

  private static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** What is left after a collection; the second one frees what the first made free. */
  private static double heapMegabytes() {
    System.gc();
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / (1024.0 * 1024.0);
  }

  /** How many objects of each class of ours the garbage collector leaves. */
  private static Map<String, Long> objects() throws Exception {
    String histogram =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    Map<String, Long> counts = new TreeMap<>();
    histogram
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(parts -> parts.length >= 4 && parts[3].startsWith("io.runlake."))
        .forEach(parts -> counts.put(parts[3], Long.parseLong(parts[1])));
    assertThat(counts).isNotEmpty();
    return counts;
  }

  /**
   * Spark's threads for queries, some for each fit, end when they had nothing to do for a minute.
   */
  private static void awaitIdlePools() {
    long deadline = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (threadKinds().keySet().stream().anyMatch(kind -> kind.startsWith(SPARKS_QUERIES))) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
    }
  }

  /** All threads of the JVM, those of one pool together. */
  private static Map<String, Long> threadKinds() {
    return Thread.getAllStackTraces().keySet().stream()
        .collect(
            Collectors.groupingBy(
                thread -> thread.getName().replaceAll("[0-9a-f]*[0-9][0-9a-f]*", "#"),
                TreeMap::new,
                Collectors.counting()));
  }

  /** Our threads, but for those that end by themselves when there is nothing to do. */
  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("runlake"))
        .filter(name -> !name.equals("runlake-autolog") && !name.equals("runlake-append"))
        .sorted()
        .collect(Collectors.toList());
  }
}
