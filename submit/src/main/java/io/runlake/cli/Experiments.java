package io.runlake.cli;

import io.runlake.search.Page;
import io.runlake.search.SearchQuery;
import io.runlake.tracking.Experiment;
import io.runlake.tracking.Runlake;
import io.runlake.tracking.ViewType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The names of a store's experiments. */
final class Experiments {
  private static final int PAGE = 50_000;

  private Experiments() {}

  private static List<Experiment> all(Runlake runlake) {
    List<Experiment> all = new ArrayList<>();
    Optional<String> token = Optional.empty();
    do {
      SearchQuery query = SearchQuery.all().withMaxResults(PAGE);
      Page<Experiment> page =
          runlake.searchExperiments(token.map(query::withPageToken).orElse(query), ViewType.ALL);
      all.addAll(page.items());
      token = page.nextPageToken();
    } while (token.isPresent());
    return all;
  }

  /** Names by id, deleted ones too. */
  static Map<String, String> names(Runlake runlake) {
    Map<String, String> names = new HashMap<>();
    all(runlake).forEach(experiment -> names.put(experiment.id().value(), experiment.name()));
    return names;
  }
}
