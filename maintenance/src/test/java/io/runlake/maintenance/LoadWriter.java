package io.runlake.maintenance;

import io.runlake.store.MetricPoint;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Store;
import io.runlake.store.StoreOptions;
import io.runlake.store.Stores;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that appends until its standard input ends. Each batch is two runs and two points whose
 * values cancel out, so that the sum over any committed version is zero and the number of runs
 * even. A line of standard output names the runs of a batch that is acknowledged.
 */
final class LoadWriter {
  /** Some ten commits a second; as fast as it goes would leave nothing of the machine. */
  private static final long PAUSE_NANOS = 100_000_000;

  private LoadWriter() {}

  public static void main(String[] arguments) throws Exception {
    try (Store store = Stores.open(arguments[0], StoreOptions.defaults())) {
      for (int i = 1; System.in.available() == 0; i++) {
        RunId a = RunId.newId(Fixture.NOVEMBER.plusSeconds(i));
        RunId b = RunId.newId(Fixture.NOVEMBER.plusSeconds(i));
        List<MetricPoint> points =
            List.of(Fixture.point(a, "m", i, i, i), Fixture.point(b, "m", i, i, -i));
        List<RunRow> rows =
            List.of(
                Fixture.created(a, Fixture.EXPERIMENT, Fixture.NOVEMBER),
                Fixture.created(b, Fixture.EXPERIMENT, Fixture.NOVEMBER));
        store.runs().append(new RunBatch(points, rows)).join();
        System.out.println(a + " " + b);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }
}
