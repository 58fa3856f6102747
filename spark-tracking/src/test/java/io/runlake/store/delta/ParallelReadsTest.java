package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ParallelReadsTest {
  private static final List<Integer> MANY = IntStream.range(0, 1000).boxed().toList();

  @Test
  void resultsComeInTheOrderOfTheItems() throws Exception {
    assertThat(ParallelReads.of(MANY, i -> i + 1))
        .isEqualTo(IntStream.rangeClosed(1, 1000).boxed().toList());
    assertThat(ParallelReads.of(List.<Integer>of(), i -> i)).isEmpty();
  }

  @Test
  void severalThreadsReadAndNoneIsLeft() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    CountDownLatch two = new CountDownLatch(2);
    ParallelReads.of(
        MANY,
        i -> {
          if (threads.add(Thread.currentThread())) {
            two.countDown();
          }
          try {
            assertThat(two.await(1, TimeUnit.MINUTES)).isTrue();
          } catch (InterruptedException e) {
            throw new IOException(e);
          }
          return i;
        });
    assertThat(threads).hasSizeGreaterThanOrEqualTo(2);
    threads.remove(Thread.currentThread());
    assertThat(threads).noneMatch(Thread::isAlive);
  }

  @Test
  void fewItemsAreReadByTheCallerAlone() throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    ParallelReads.of(MANY.subList(0, 10), i -> threads.add(Thread.currentThread()));
    assertThat(threads).containsExactly(Thread.currentThread());
  }

  @Test
  void whatAReadThrowsIsThrownAsItIs() {
    IOException gone = new IOException("gone");
    assertThatThrownBy(
            () ->
                ParallelReads.of(
                    MANY,
                    i -> {
                      if (i == 500) {
                        throw gone;
                      }
                      return i;
                    }))
        .isSameAs(gone);
    assertThatThrownBy(() -> ParallelReads.of(MANY, i -> List.of().get(i)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anInterruptedCallerGetsItsRowsAndStaysInterrupted() throws Exception {
    Thread.currentThread().interrupt();
    List<Integer> read = ParallelReads.of(MANY, i -> i);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(read).isEqualTo(MANY);
  }
}
