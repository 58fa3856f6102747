package io.runlake.spark;

import io.runlake.store.StoreException;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What can happen to code of ours that runs near a user's fit. */
enum Fault {
  RUNTIME_EXCEPTION {
    @Override
    void strike() {
      throw new IllegalStateException(ON_PURPOSE);
    }
  },
  IO_EXCEPTION {
    @Override
    void strike() {
      Fault.<RuntimeException>sneak(new IOException(ON_PURPOSE));
    }
  },
  NO_CLASS {
    @Override
    void strike() {
      throw new NoClassDefFoundError(ON_PURPOSE);
    }
  },
  NO_METHOD {
    @Override
    void strike() {
      throw new NoSuchMethodError(ON_PURPOSE);
    }
  },
  STACK_OVERFLOW {
    @Override
    void strike() {
      throw new StackOverflowError(ON_PURPOSE);
    }
  },
  OUT_OF_MEMORY {
    @Override
    void strike() {
      throw new OutOfMemoryError(ON_PURPOSE);
    }
  },
  INTERRUPTED_EXCEPTION {
    @Override
    void strike() {
      Fault.<RuntimeException>sneak(new InterruptedException(ON_PURPOSE));
    }
  },
  INTERRUPT_LEFT_SET {
    @Override
    void strike() {
      Thread.currentThread().interrupt();
    }
  },
  HANG {
    @Override
    void strike() {
      hang();
    }
  },
  READ_ONLY {
    @Override
    void strike() {
      throw new StoreException(StoreException.Kind.UNAVAILABLE, "Read-only file system");
    }
  },
  ABSENT {
    @Override
    void strike() {
      throw new StoreException(StoreException.Kind.NOT_FOUND, "There is no such folder any more");
    }
  };

  private static final String ON_PURPOSE = "on purpose";
  private static final long LONGEST_HANG_MINUTES = 10;
  private static volatile CountDownLatch hanging = new CountDownLatch(1);

  abstract void strike();

  /** Whether the user is to hear of it: an interrupt that is cleared has hurt nobody. */
  boolean isTold() {
    return this != INTERRUPT_LEFT_SET;
  }

  /** What hangs now, ends. */
  static void endHangs() {
    hanging.countDown();
    hanging = new CountDownLatch(1);
  }

  private static void hang() {
    CountDownLatch end = hanging;
    long until = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_HANG_MINUTES);
    while (end.getCount() > 0 && System.nanoTime() < until) {
      try {
        end.await(1, TimeUnit.SECONDS);
      } catch (InterruptedException deaf) {
        // Storage that hangs does not listen.
      }
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable checked) throws T {
    throw (T) checked;
  }
}
