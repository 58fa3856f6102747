package io.runlake.tracking;

import java.util.List;
import java.util.Optional;

/**
 * A part of the runs that a search found.
 *
 * @param nextPageToken given to the same query, it goes on where this page ends; empty on the last
 *     page
 */
public record RunPage(List<Run> runs, Optional<String> nextPageToken) {
  public RunPage {
    runs = List.copyOf(runs);
  }
}
