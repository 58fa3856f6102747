package io.runlake.scoring;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.errors.TrackingException;
import io.runlake.flavor.ModelException;
import java.util.Locale;

/** Ends the job with an exit code; the message is the one line that the caller sees. */
public final class JobException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ExitCode exitCode;

  /** An end that is nobody else's fault. */
  public JobException(ExitCode exitCode, String message) {
    this(exitCode, message, null);
  }

  /** An end with what caused it. */
  public JobException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** A setting, the model, the input or the output is wrong. */
  public static JobException badInput(String message) {
    return new JobException(ExitCode.BAD_INPUT, message);
  }

  /** The same with what caused it. */
  public static JobException badInput(String message, Throwable cause) {
    return new JobException(ExitCode.BAD_INPUT, message, cause);
  }

  /** What any error means for whoever started the job. */
  public static JobException of(Exception error) {
    if (error instanceof JobException known) {
      return known;
    }
    if (error instanceof ModelException model) {
      ExitCode exit =
          switch (model.kind()) {
            case STORAGE, ABANDONED -> ExitCode.FAILED;
            default -> ExitCode.BAD_INPUT;
          };
      return new JobException(exit, model.getMessage(), model);
    }
    if (error instanceof TrackingException tracking) {
      ExitCode exit =
          switch (tracking.errorCode()) {
            case INVALID_PARAMETER_VALUE, RESOURCE_DOES_NOT_EXIST -> ExitCode.BAD_INPUT;
            default -> ExitCode.FAILED;
          };
      return new JobException(exit, tracking.getMessage(), tracking);
    }
    return new JobException(ExitCode.FAILED, firstLine(error) + rootOf(error) + ".", error);
  }

  /** Spark says which file could not be read, and only its cause why. */
  private static String rootOf(Exception error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    String why = firstLine(root);
    return firstLine(error).contains(why) ? "" : ": " + why;
  }

  /** The first line of an error's message, without the full stop at its end. */
  public static String firstLine(Throwable error) {
    String text = error.getMessage() == null ? error.toString() : error.getMessage();
    String line = text.strip().lines().findFirst().orElse(error.toString()).strip();
    return line.endsWith(".") ? line.substring(0, line.length() - 1) : line;
  }

  /** For programs: one line about a job that did not get through. */
  public String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", exitCode.name().toLowerCase(Locale.ROOT));
    node.put("exit_code", exitCode.code());
    node.put("error", getMessage());
    return node.toString();
  }

  /** How the job ends. */
  public ExitCode exitCode() {
    return exitCode;
  }
}
