package io.runlake.tracking;

import io.runlake.search.Search;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunRow;
import io.runlake.store.RunScan;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Searches runs with an engine that tracking does not know, where a store is large enough to be
 * worth it; found as a service. What it finds is what a search in this process finds. Thread-safe.
 */
public interface LargeSearch {
  /**
   * From how many bytes of the table {@code runs} on this engine is to be asked; empty while it
   * cannot be, such as without a live session.
   */
  OptionalLong from();

  /**
   * The runs of the page that the query asks for and, if there is one, the run after it, in no
   * order.
   */
  List<RunRow> page(Query query);

  /** How many runs the query finds, whatever its order and page. */
  long count(Query query);

  /**
   * What is searched for.
   *
   * @param root of the store
   * @param version of the table {@code runs}; all is read from that one version
   * @param scan which runs, and what of them
   * @param view whether deleted runs are wanted
   * @param deletedExperiments experiments whose runs count as deleted
   */
  record Query(
      String root,
      long version,
      RunScan scan,
      ViewType view,
      Set<ExperimentId> deletedExperiments,
      Search<RunRow> search) {
    public Query {
      deletedExperiments = Set.copyOf(deletedExperiments);
    }
  }
}
