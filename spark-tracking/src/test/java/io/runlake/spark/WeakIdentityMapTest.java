package io.runlake.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class WeakIdentityMapTest {
  @Test
  void objectsAreToldApartByIdentity() {
    WeakIdentityMap<String> map = new WeakIdentityMap<>(10);
    List<String> one = new ArrayList<>();
    List<String> equal = new ArrayList<>();
    map.put(one, "one");
    assertThat(map.get(one)).contains("one");
    assertThat(map.get(equal)).isEmpty();
    map.put(one, "another");
    assertThat(map.get(one)).contains("another");
    assertThat(map.size()).isOne();
  }

  @Test
  void theEldestGoesWhenThereAreTooMany() {
    WeakIdentityMap<Integer> map = new WeakIdentityMap<>(3);
    List<Object> held = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      held.add(new Object());
      map.put(held.get(i), i);
    }
    assertThat(map.size()).isEqualTo(3);
    assertThat(map.get(held.get(1))).isEmpty();
    assertThat(map.get(held.get(4))).contains(4);
  }

  @Test
  void whatNobodyHoldsIsForgotten() {
    WeakIdentityMap<Integer> map = new WeakIdentityMap<>(1_000);
    Object held = new Object();
    map.put(held, 0);
    for (int i = 1; i < 100; i++) {
      map.put(new Object(), i);
    }
    long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
    while (map.size() > 1 && System.nanoTime() < deadline) {
      System.gc();
      // The collector hands over what is gone on a thread of its own.
      LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
    }
    assertThat(map.size()).isOne();
    assertThat(map.get(held)).contains(0);
  }
}
