package io.runlake.cli;

import io.runlake.search.SearchQuery;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** A filter and an order in MLflow's grammar. */
final class SearchOptions {
  @Option(
      names = "--filter",
      paramLabel = "FILTER",
      description = "Conditions joined by AND; texts in quotes. Default: everything.")
  private String filter = "";

  @Option(
      names = "--order-by",
      paramLabel = "ITEM [ASC|DESC]",
      description = "What to sort by; several by repeating the option.")
  private List<String> orderBy = new ArrayList<>();

  SearchQuery query() {
    return SearchQuery.where(filter).withOrderBy(orderBy);
  }

  String filter() {
    return filter;
  }

  List<String> orderBy() {
    return orderBy;
  }
}
