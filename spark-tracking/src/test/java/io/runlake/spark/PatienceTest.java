package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A pool of the user's takes no notice of what waits on its threads. */
class PatienceTest {
  @Test
  void thePoolOfAThreadThatWaitsStartsNoOtherInItsPlace() throws Exception {
    ForkJoinPool pool = new ForkJoinPool(1);
    CompletableFuture<String> slow = new CompletableFuture<>();
    CountDownLatch begun = new CountDownLatch(1);
    try {
      ForkJoinTask<String> waiting =
          pool.submit(
              () -> {
                begun.countDown();
                return Patience.get(slow, Duration.ofMinutes(1));
              });
      begun.await();
      ForkJoinTask<Integer> behind = pool.submit(pool::getPoolSize);
      CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
          .execute(() -> slow.complete("done"));
      assertThat(waiting.get()).isEqualTo("done");
      assertThat(behind.get()).isEqualTo(1);
    } finally {
      pool.shutdownNow();
    }
  }
}
