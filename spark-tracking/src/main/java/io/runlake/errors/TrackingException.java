package io.runlake.errors;

import io.runlake.store.StoreException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Tracking, registry or search could not do what was asked. The message says what, why and what to
 * do; {@link #errorCode()} is MLflow's.
 */
public class TrackingException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode errorCode;

  public TrackingException(ErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  public TrackingException(ErrorCode errorCode, String message, Throwable cause) {
    super(message, cause);
    this.errorCode = Objects.requireNonNull(errorCode, "errorCode");
  }

  /** MLflow's code for what went wrong. */
  public ErrorCode errorCode() {
    return errorCode;
  }

  /** The request itself is at fault. */
  public static TrackingException invalid(String message) {
    return new TrackingException(ErrorCode.INVALID_PARAMETER_VALUE, message);
  }

  /** What was asked for is not there. */
  public static TrackingException notFound(String message) {
    return new TrackingException(ErrorCode.RESOURCE_DOES_NOT_EXIST, message);
  }

  /** Something of that name is there already. */
  public static TrackingException exists(String message) {
    return new TrackingException(ErrorCode.RESOURCE_ALREADY_EXISTS, message);
  }

  /** What the store says, under the code that fits its kind. */
  public static TrackingException of(StoreException failure) {
    ErrorCode code =
        switch (failure.kind()) {
          case INVALID -> ErrorCode.INVALID_PARAMETER_VALUE;
          case NOT_FOUND -> ErrorCode.RESOURCE_DOES_NOT_EXIST;
          case EXISTS -> ErrorCode.RESOURCE_ALREADY_EXISTS;
          case CONFLICT -> ErrorCode.RESOURCE_CONFLICT;
          case UNAVAILABLE -> ErrorCode.TEMPORARILY_UNAVAILABLE;
          case CORRUPT -> ErrorCode.DATA_LOSS;
          case UNKNOWN -> ErrorCode.INTERNAL_ERROR;
        };
    return new TrackingException(code, failure.getMessage(), failure);
  }

  /** Calls the store and gives its exceptions back as {@link TrackingException}. */
  public static <T> T mapped(Supplier<T> call) {
    try {
      return call.get();
    } catch (StoreException failure) {
      throw of(failure);
    }
  }

  /** As {@link #mapped(Supplier)}, for calls without a result. */
  public static void mapped(Runnable call) {
    mapped(
        () -> {
          call.run();
          return null;
        });
  }
}
