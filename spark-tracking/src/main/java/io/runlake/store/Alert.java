package io.runlake.store;

import java.util.Objects;
import java.util.Optional;

/**
 * A row of {@code alerts}: what someone should look at.
 *
 * @param at milliseconds since the epoch
 * @param kind what happened, in one word such as {@code refused-model}
 * @param subject what it happened to
 */
public record Alert(long at, String kind, String subject, String message, Optional<RunId> runId) {
  public Alert {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(subject, "subject");
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(runId, "runId");
  }
}
