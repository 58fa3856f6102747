package io.runlake.search;

import java.util.List;
import java.util.Optional;

/**
 * A part of a search's results.
 *
 * @param nextPageToken given to the same search, it goes on where this page ends; empty on the last
 *     page
 */
public record Page<T>(List<T> items, Optional<String> nextPageToken) {
  public Page {
    items = List.copyOf(items);
  }
}
