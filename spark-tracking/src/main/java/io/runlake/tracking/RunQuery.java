package io.runlake.tracking;

import io.runlake.search.Columns;
import io.runlake.search.SearchQuery;
import io.runlake.store.ExperimentId;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Which runs to find. With neither names nor ids it searches all experiments.
 *
 * @param experimentNames those of these experiments …
 * @param experimentIds … and of these
 * @param search filter and order in MLflow's grammar, such as {@code metrics.accuracy > 0.9 AND
 *     params.depth = '5'}, and which page: 1000 runs unless said otherwise, at most 50,000
 * @param view whether deleted runs are wanted
 * @param columns what of each run is wanted beside its {@link RunInfo}: keys such as {@code
 *     metrics.accuracy} or kinds such as {@code params}; empty means everything. Asking for less
 *     reads less.
 */
public record RunQuery(
    Set<String> experimentNames,
    Set<ExperimentId> experimentIds,
    SearchQuery search,
    ViewType view,
    List<String> columns) {
  public RunQuery {
    experimentNames = Set.copyOf(experimentNames);
    experimentIds = Set.copyOf(experimentIds);
    Objects.requireNonNull(search, "search");
    Objects.requireNonNull(view, "view");
    columns = List.copyOf(columns);
  }

  /** All runs that were not deleted, of all experiments, the latest start first. */
  public static RunQuery all() {
    return new RunQuery(Set.of(), Set.of(), SearchQuery.all(), ViewType.ACTIVE_ONLY, List.of());
  }

  /** All runs of these experiments. */
  public static RunQuery ofExperiments(String... names) {
    return all().withExperimentNames(List.of(names));
  }

  public RunQuery withExperimentNames(Collection<String> names) {
    return new RunQuery(Set.copyOf(names), experimentIds, search, view, columns);
  }

  public RunQuery withExperimentIds(Collection<ExperimentId> ids) {
    return new RunQuery(experimentNames, Set.copyOf(ids), search, view, columns);
  }

  public RunQuery withFilter(String filter) {
    return withSearch(search.withFilter(filter));
  }

  public RunQuery withOrderBy(String... items) {
    return withSearch(search.withOrderBy(items));
  }

  public RunQuery withOrderBy(List<String> items) {
    return withSearch(search.withOrderBy(items));
  }

  public RunQuery withMaxResults(int value) {
    return withSearch(search.withMaxResults(value));
  }

  public RunQuery withPageToken(String token) {
    return withSearch(search.withPageToken(token));
  }

  public RunQuery withView(ViewType value) {
    return new RunQuery(experimentNames, experimentIds, search, value, columns);
  }

  /** Only these of the runs' params, metrics, tags and inputs, each at most once. */
  public RunQuery withColumns(String... values) {
    return withColumns(List.of(values));
  }

  public RunQuery withColumns(List<String> values) {
    return new RunQuery(experimentNames, experimentIds, search, view, values);
  }

  /**
   * The columns as they are understood.
   *
   * @throws io.runlake.search.FilterException for one that is wrong
   */
  public Columns parsedColumns() {
    return Columns.parse(columns, RunFacts.FIELDS);
  }

  private RunQuery withSearch(SearchQuery value) {
    return new RunQuery(experimentNames, experimentIds, value, view, columns);
  }
}
