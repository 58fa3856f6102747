package io.runlake.search;

import io.runlake.errors.TrackingException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a search asks for: MLflow's filter and order, and which page.
 *
 * @param filter in MLflow's grammar; empty text means everything
 * @param orderBy items such as {@code metrics.accuracy DESC}
 * @param maxResults the size of a page; empty means the search's default
 * @param pageToken from the page before; empty means the first page
 */
public record SearchQuery(
    String filter, List<String> orderBy, Optional<Integer> maxResults, Optional<String> pageToken) {
  public SearchQuery {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(maxResults, "maxResults");
    Objects.requireNonNull(pageToken, "pageToken");
    orderBy = List.copyOf(orderBy);
  }

  /** Everything, in the default order. */
  public static SearchQuery all() {
    return new SearchQuery("", List.of(), Optional.empty(), Optional.empty());
  }

  /** What the filter says, in the default order. */
  public static SearchQuery where(String filter) {
    return all().withFilter(filter);
  }

  public SearchQuery withFilter(String value) {
    return new SearchQuery(value, orderBy, maxResults, pageToken);
  }

  public SearchQuery withOrderBy(String... items) {
    return withOrderBy(List.of(items));
  }

  public SearchQuery withOrderBy(List<String> items) {
    return new SearchQuery(filter, items, maxResults, pageToken);
  }

  public SearchQuery withMaxResults(int value) {
    return new SearchQuery(filter, orderBy, Optional.of(value), pageToken);
  }

  public SearchQuery withPageToken(String value) {
    return new SearchQuery(filter, orderBy, maxResults, Optional.of(value));
  }

  /**
   * The size of a page.
   *
   * @throws TrackingException if it is not within 1 and the limit
   */
  public int pageSize(int defaultSize, int limit) {
    int size = maxResults.orElse(defaultSize);
    if (size < 1 || size > limit) {
      throw TrackingException.invalid(
          "Invalid value "
              + size
              + " for parameter 'max_results' supplied: it must be at least 1 and at most "
              + limit
              + ".");
    }
    return size;
  }
}
