package io.runlake.search;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;

/** A filter, an order or a page token cannot be understood. */
public final class FilterException extends TrackingException {
  private static final long serialVersionUID = 1L;

  private final int position;

  /**
   * @param position of the first character at fault, from 1; it is named in the message too
   */
  FilterException(String message, int position) {
    super(ErrorCode.INVALID_PARAMETER_VALUE, message);
    this.position = position;
  }

  /** The position of the first character at fault, from 1. */
  public int position() {
    return position;
  }
}
