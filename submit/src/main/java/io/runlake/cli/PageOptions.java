package io.runlake.cli;

import io.runlake.search.SearchQuery;
import io.runlake.tracking.RunQuery;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which page of the results. */
final class PageOptions {
  @Option(
      names = "--max-results",
      paramLabel = "N",
      description = "At most so many; what is left is reached by --page-token.")
  private Integer maxResults;

  @Option(
      names = "--page-token",
      paramLabel = "TOKEN",
      description = "Go on where an earlier page of the same search ended.")
  private String pageToken;

  SearchQuery of(SearchQuery query) {
    SearchQuery sized = maxResults == null ? query : query.withMaxResults(maxResults);
    return pageToken == null ? sized : sized.withPageToken(pageToken);
  }

  RunQuery of(RunQuery query) {
    RunQuery sized = maxResults == null ? query : query.withMaxResults(maxResults);
    return pageToken == null ? sized : sized.withPageToken(pageToken);
  }

  /** A last line that says how to see the rest; empty text on the last page. */
  static String more(Optional<String> nextPageToken) {
    return nextPageToken
        .map(token -> "There is more: --page-token " + token + System.lineSeparator())
        .orElse("");
  }
}
