package io.runlake.tracking;

import java.util.concurrent.CountDownLatch;

/** A program that leaves runs open and exits, or waits to be ended. */
public final class ExitingProgram {
  private ExitingProgram() {}

  /**
   * @param args the tracking URI, and {@code return}, {@code exit} or {@code wait}
   */
  public static void main(String[] args) throws InterruptedException {
    Runlake runlake = Runlake.open(args[0]);
    ActiveRun ended = runlake.startRun(RunSpec.of("e").withName("ended"));
    ended.logMetric("m", 1);
    ended.endRun();
    runlake.edit(ended.id()).setTag("edited", "late");
    ActiveRun open = runlake.startRun(RunSpec.of("e").withName("open"));
    open.logMetric("m", 2);
    System.out.println("ready");
    System.out.flush();
    if (args[1].equals("exit")) {
      System.exit(7);
    }
    if (args[1].equals("wait")) {
      new CountDownLatch(1).await();
    }
  }
}
