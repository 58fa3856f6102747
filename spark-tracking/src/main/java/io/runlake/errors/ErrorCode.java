package io.runlake.errors;

/** The error codes of MLflow's REST API that Runlake has a use for, by their names there. */
public enum ErrorCode {
  /** The request itself is at fault. */
  INVALID_PARAMETER_VALUE,
  /** What was asked for is not there. */
  RESOURCE_DOES_NOT_EXIST,
  /** Something of that name is there already. */
  RESOURCE_ALREADY_EXISTS,
  /** Others changed the same thing at the same time; trying again may help. */
  RESOURCE_CONFLICT,
  /** What was asked for cannot be done in the present state, such as logging to an ended run. */
  INVALID_STATE,
  /** The storage did not answer or refused. */
  TEMPORARILY_UNAVAILABLE,
  /** The tables are not as the format says. */
  DATA_LOSS,
  /** Whether a change landed could not be found out, or a bug. */
  INTERNAL_ERROR
}
