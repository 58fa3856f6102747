package io.runlake.tracking;

/** Which runs or experiments to see, by whether they were deleted. */
public enum ViewType {
  ACTIVE_ONLY,
  DELETED_ONLY,
  ALL;

  boolean shows(boolean deleted) {
    return this == ALL || deleted == (this == DELETED_ONLY);
  }
}
