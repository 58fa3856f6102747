package io.runlake.search;

import io.runlake.search.Order.SortKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * A search over rows in memory: filter, order, page.
 *
 * @param scope what the search is over, so that a page token of another one is refused
 * @param <T> the row
 */
public record Search<T>(
    String scope, Filter filter, Order order, int pageSize, Optional<String> pageToken) {

  /**
   * Reads a query.
   *
   * @param scope what the search is over beside the query itself
   */
  public static <T> Search<T> of(
      SearchQuery query, String scope, Fields fields, List<Order.Item> ties, int pageSize) {
    Filter filter = Filter.parse(query.filter(), fields);
    Order order = Order.parse(query.orderBy(), fields, ties);
    String whole = String.join("\u0000", scope, query.filter(), order.toString());
    return new Search<>(whole, filter, order, pageSize, query.pageToken());
  }

  /**
   * Where the page before ended; empty for the first page.
   *
   * @throws FilterException if the token is of another search, or none
   */
  public Optional<SortKey> after() {
    return pageToken.map(token -> PageToken.read(token, scope, order.items().size()));
  }

  /** The page of those rows that the query asks for. */
  public Page<T> page(Collection<T> rows, Function<T, Facts> factsOf) {
    Picker<T> picker = picker(factsOf);
    rows.forEach(picker::take);
    return picker.page();
  }

  /** Takes rows one by one and keeps no more of them than the page holds. */
  public Picker<T> picker(Function<T, Facts> factsOf) {
    return new Picker<>(this, factsOf);
  }

  /**
   * Picks a page out of rows that come in any order. Not thread-safe.
   *
   * @param <T> the row
   */
  public static final class Picker<T> {
    private final Search<T> search;
    private final Function<T, Facts> factsOf;
    private final Comparator<SortKey> comparator;
    private final Optional<SortKey> after;

    /** What is on the page so far and the first row after it, the last of them on top. */
    private final PriorityQueue<Keyed<T>> best;

    private Picker(Search<T> search, Function<T, Facts> factsOf) {
      this.search = search;
      this.factsOf = factsOf;
      this.comparator = search.order.comparator();
      this.after = search.after();
      this.best = new PriorityQueue<>(Comparator.comparing(Keyed::key, comparator.reversed()));
    }

    /** Takes a row, which may come to stand on the page. */
    public void take(T row) {
      Facts facts = factsOf.apply(row);
      if (!search.filter.matches(facts)) {
        return;
      }
      SortKey key = search.order.keyOf(facts);
      if (after.isPresent() && comparator.compare(key, after.get()) <= 0) {
        return;
      }
      if (best.size() <= search.pageSize) {
        best.add(new Keyed<>(row, key));
      } else if (comparator.compare(key, best.peek().key()) < 0) {
        best.poll();
        best.add(new Keyed<>(row, key));
      }
    }

    /** The page of the rows that were taken. */
    public Page<T> page() {
      List<Keyed<T>> found = new ArrayList<>(best);
      found.sort(Comparator.comparing(Keyed::key, comparator));
      boolean more = found.size() > search.pageSize;
      List<Keyed<T>> page = more ? found.subList(0, search.pageSize) : found;
      Optional<String> next =
          more
              ? Optional.of(PageToken.write(search.scope, page.get(page.size() - 1).key()))
              : Optional.empty();
      return new Page<>(page.stream().map(Keyed::row).toList(), next);
    }
  }

  private record Keyed<T>(T row, SortKey key) {}
}
