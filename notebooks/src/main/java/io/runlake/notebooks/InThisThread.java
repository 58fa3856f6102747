package io.runlake.notebooks;

import java.util.Map;
import java.util.Optional;
import jdk.jshell.execution.DirectExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;

/**
 * Runs JShell's code on the thread that evaluates it. JShell's own way of running in process waits
 * for every thread that the code has started, and Spark's never end.
 */
final class InThisThread extends DirectExecutionControl {
  private Throwable thrown;

  ExecutionControlProvider provider() {
    return new ExecutionControlProvider() {
      @Override
      public String name() {
        return "in-this-thread";
      }

      @Override
      public ExecutionControl generate(ExecutionEnv env, Map<String, String> parameters) {
        return InThisThread.this;
      }
    };
  }

  /** Keeps the very error: JShell tells its name and message only. */
  @Override
  protected String throwConvertedInvocationException(Throwable cause)
      throws RunException, InternalException {
    thrown = cause;
    return super.throwConvertedInvocationException(cause);
  }

  /** What the code has thrown since the last call. */
  Optional<Throwable> takeThrown() {
    Optional<Throwable> taken = Optional.ofNullable(thrown);
    thrown = null;
    return taken;
  }

  /** An error and its causes, a line each. */
  static String told(Throwable error) {
    StringBuilder told = new StringBuilder(String.valueOf(error));
    for (Throwable cause = error.getCause(); cause != null; cause = cause.getCause()) {
      told.append("\ncaused by: ").append(cause);
    }
    return told.toString();
  }
}
