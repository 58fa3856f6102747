package io.runlake.tracking;

import io.runlake.store.StoreOptions;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A program with an open run of a short lease, which waits to be killed. */
public final class DyingDriver {
  private DyingDriver() {}

  /**
   * @param args the tracking URI, the run's name, the lease in milliseconds
   */
  public static void main(String[] args) throws InterruptedException {
    RunlakeOptions options =
        RunlakeOptions.defaults()
            .withLease(Duration.ofMillis(Long.parseLong(args[2])))
            .withFlushEvery(Duration.ofMillis(200));
    Runlake runlake = Runlake.open(args[0], StoreOptions.defaults(), options);
    ActiveRun run = runlake.startRun(RunSpec.of("training").withName(args[1]));
    run.logMetric("m", 1);
    run.flush();
    System.out.println("ready");
    System.out.flush();
    new CountDownLatch(1).await();
  }
}
