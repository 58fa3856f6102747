package io.runlake.tracking;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.search.Filter;
import io.runlake.search.Order;
import io.runlake.search.Page;
import io.runlake.search.Search;
import io.runlake.store.ExperimentId;
import io.runlake.store.MetricPoint;
import io.runlake.store.RunId;
import io.runlake.store.RunOrigin;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import io.runlake.store.RunStatus;
import io.runlake.store.Store;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Reads runs. A run counts as deleted if it was, or its experiment. */
final class RunReader {
  private static final int DEFAULT_PAGE = 1000;
  private static final int LARGEST_PAGE = 50_000;

  private final Store store;
  private final Experiments experiments;

  RunReader(Store store, Experiments experiments) {
    this.store = store;
    this.experiments = experiments;
  }

  Optional<Run> find(RunId id) {
    return row(id).map(row -> Run.of(row, deleted(row)));
  }

  Optional<RunRow> row(RunId id) {
    return TrackingException.mapped(() -> store.runs().find(id));
  }

  RunRow existing(RunId id) {
    return row(id)
        .orElseThrow(() -> TrackingException.notFound("Run with id=" + id + " not found"));
  }

  boolean deleted(RunRow row) {
    return row.deleted()
        || experiments.find(row.experimentId()).filter(Experiment::deleted).isPresent();
  }

  RunPage search(RunQuery query) {
    int size = query.search().pageSize(DEFAULT_PAGE, LARGEST_PAGE);
    Scope scope = scope(query);
    Search<RunRow> search =
        Search.of(query.search(), scope.text(), RunFacts.FIELDS, RunFacts.TIES, size);
    RunColumns columns = RunColumns.of(query);
    Set<RunScan.Part> parts = columns.parts();
    search.filter().conditions().forEach(it -> RunColumns.part(it.field()).ifPresent(parts::add));
    search.order().items().forEach(it -> RunColumns.part(it.field()).ifPresent(parts::add));
    Search.Picker<RunRow> picker = search.picker(RunFacts::new);
    Optional<List<RunRow>> found =
        SearchRoute.ask(store, at -> large(scope, parts, search, at), LargeSearch::page);
    found.ifPresentOrElse(
        rows -> rows.forEach(picker::take), () -> scan(scope, parts, picker::take));
    Page<RunRow> page = picker.page();
    List<Run> runs =
        page.items().stream()
            .map(row -> Run.of(columns.of(row), deleted(row, scope.deleted())))
            .toList();
    return new RunPage(runs, page.nextPageToken());
  }

  /** How many runs a query finds, whatever its order, columns and page. */
  long count(RunQuery query) {
    Filter filter = Filter.parse(query.search().filter(), RunFacts.FIELDS);
    Set<RunScan.Part> parts = EnumSet.noneOf(RunScan.Part.class);
    filter.conditions().forEach(it -> RunColumns.part(it.field()).ifPresent(parts::add));
    Scope scope = scope(query);
    Search<RunRow> search =
        new Search<>(scope.text(), filter, new Order(RunFacts.TIES), 1, Optional.empty());
    Optional<Long> counted =
        SearchRoute.ask(store, at -> large(scope, parts, search, at), LargeSearch::count);
    if (counted.isPresent()) {
      return counted.get();
    }
    LongAdder found = new LongAdder();
    scan(
        scope,
        parts,
        row -> {
          if (filter.matches(new RunFacts(row))) {
            found.increment();
          }
        });
    return found.sum();
  }

  /**
   * The runs that a query looks at.
   *
   * @param experiments empty means all
   * @param deleted the experiments that were deleted
   */
  private record Scope(
      ViewType view, Optional<Set<ExperimentId>> experiments, Set<ExperimentId> deleted) {
    String text() {
      return "runs " + view + " " + experiments.map(RunReader::sorted).orElse("");
    }
  }

  private Scope scope(RunQuery query) {
    List<Experiment> all = experiments.all();
    Set<ExperimentId> deleted = new HashSet<>();
    all.stream().filter(Experiment::deleted).map(Experiment::id).forEach(deleted::add);
    return new Scope(query.view(), wanted(query, all), deleted);
  }

  private LargeSearch.Query large(
      Scope scope, Set<RunScan.Part> parts, Search<RunRow> search, long version) {
    RunScan scan = new RunScan(scope.experiments(), parts);
    return new LargeSearch.Query(
        store.root(), version, scan, scope.view(), scope.deleted(), search);
  }

  private void scan(Scope scope, Set<RunScan.Part> parts, Consumer<RunRow> consumer) {
    RunScan scan = new RunScan(scope.experiments(), parts);
    TrackingException.mapped(
        () ->
            store
                .runs()
                .scan(
                    scan,
                    row -> {
                      if (scope.view().shows(deleted(row, scope.deleted()))) {
                        consumer.accept(row);
                      }
                    }));
  }

  private static boolean deleted(RunRow row, Set<ExperimentId> deletedExperiments) {
    return row.deleted() || deletedExperiments.contains(row.experimentId());
  }

  private static Optional<Set<ExperimentId>> wanted(RunQuery query, List<Experiment> all) {
    return query.experimentNames().isEmpty() && query.experimentIds().isEmpty()
        ? Optional.empty()
        : Optional.of(Experiments.ids(all, query.experimentNames(), query.experimentIds()));
  }

  private static String sorted(Set<ExperimentId> ids) {
    Set<String> values = new TreeSet<>();
    ids.forEach(id -> values.add(id.value()));
    return values.toString();
  }

  /**
   * Checks that no run of an experiment is under way. A run whose process is gone counts until its
   * lease ends.
   */
  void checkNoneRuns(ExperimentId id, Instant now) {
    List<RunRow> running =
        TrackingException.mapped(
                () -> store.runs().current(RunScan.of(Set.of(id)).withParts(Set.of())))
            .stream()
            .filter(row -> !row.deleted() && running(row, now))
            .toList();
    if (!running.isEmpty()) {
      RunRow last =
          Collections.max(running, Comparator.comparing(row -> row.leaseUntil().orElseThrow()));
      throw new TrackingException(
          ErrorCode.INVALID_STATE,
          "The experiment "
              + experiments.find(id).map(there -> "'" + there.name() + "' ").orElse("")
              + "(id "
              + id
              + ") has "
              + running.size()
              + " running run(s), such as "
              + last.runId()
              + ". Delete it when they have ended; a run whose program died counts as running until"
              + " its lease ends, the last one at "
              + last.leaseUntil().orElseThrow()
              + ".");
    }
  }

  private static boolean running(RunRow row, Instant now) {
    return row.status().filter(change -> change.status() == RunStatus.RUNNING).isPresent()
        && row.leaseUntil().filter(until -> until.isAfter(now)).isPresent();
  }

  List<MetricPoint> history(RunId id, String key) {
    List<MetricPoint> points =
        TrackingException.mapped(() -> store.runs().points(id, Optional.of(key)));
    if (points.isEmpty()) {
      existing(id);
    }
    return points;
  }

  RunArtifacts artifacts(RunRow row) {
    String folder = row.origin().map(RunOrigin::artifactUri).orElse("");
    return new RunArtifacts(row.runId(), folder, store.artifacts());
  }
}
