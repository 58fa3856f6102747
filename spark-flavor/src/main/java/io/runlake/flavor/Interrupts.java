package io.runlake.flavor;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;

/** Tells the interrupt of a thread from an error, however much was wrapped around it. */
public final class Interrupts {
  private Interrupts() {}

  /** Whether it, or a cause of it, says that a thread was interrupted. */
  public static boolean caused(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      // Timeouts of sockets and connections are of subclasses of the last.
      if (cause instanceof InterruptedException
          || cause instanceof ClosedByInterruptException
          || cause.getClass().equals(InterruptedIOException.class)) {
        return true;
      }
    }
    return false;
  }
}
