package io.runlake.cli;

import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelException;
import io.runlake.store.StoreException;
import java.io.PrintWriter;

/** How an error is told: one line, and an exit code that says whose move it is. */
final class Faults {
  private Faults() {}

  /**
   * Prints an error and returns the exit code for it.
   *
   * @param debug whether the stack trace is wanted
   */
  static int tell(Throwable fault, PrintWriter err, boolean debug) {
    err.println("runlake: " + oneLine(message(fault)));
    if (debug) {
      fault.printStackTrace(err);
    } else if (!expected(fault)) {
      err.println("RUNLAKE_DEBUG=1 shows where this came from.");
    }
    return exitCode(fault);
  }

  static String oneLine(String message) {
    return Texts.printable(message.strip().replaceAll("\\s*\\R\\s*", " "));
  }

  private static String message(Throwable fault) {
    String message = fault.getMessage();
    return expected(fault) && message != null ? message : fault.toString();
  }

  private static boolean expected(Throwable fault) {
    return fault instanceof TrackingException
        || fault instanceof StoreException
        || fault instanceof ModelException
        || fault instanceof UsageException;
  }

  private static int exitCode(Throwable fault) {
    if (fault instanceof UsageException) {
      return ExitCode.USAGE;
    }
    if (fault instanceof ModelException model) {
      return model.kind() == ModelException.Kind.STORAGE ? ExitCode.FAILURE : ExitCode.USAGE;
    }
    if (fault instanceof StoreException store) {
      return exitCode(TrackingException.of(store));
    }
    if (fault instanceof TrackingException tracking) {
      return switch (tracking.errorCode()) {
        case INVALID_PARAMETER_VALUE,
            RESOURCE_DOES_NOT_EXIST,
            RESOURCE_ALREADY_EXISTS,
            INVALID_STATE ->
            ExitCode.USAGE;
        case RESOURCE_CONFLICT, TEMPORARILY_UNAVAILABLE, DATA_LOSS, INTERNAL_ERROR ->
            ExitCode.FAILURE;
      };
    }
    return ExitCode.FAILURE;
  }
}
