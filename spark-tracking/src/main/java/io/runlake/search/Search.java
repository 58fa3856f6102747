package io.runlake.search;

import io.runlake.search.Order.SortKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

  /** The page of those rows that the query asks for. */
  public Page<T> page(Collection<T> rows, Function<T, Facts> factsOf) {
    Comparator<SortKey> comparator = order.comparator();
    Optional<SortKey> after =
        pageToken.map(token -> PageToken.read(token, scope, order.items().size()));
    List<Keyed<T>> found = new ArrayList<>();
    for (T row : rows) {
      Facts facts = factsOf.apply(row);
      if (filter.matches(facts)) {
        SortKey key = order.keyOf(facts);
        if (after.isEmpty() || comparator.compare(key, after.get()) > 0) {
          found.add(new Keyed<>(row, key));
        }
      }
    }
    found.sort(Comparator.comparing(Keyed::key, comparator));
    List<Keyed<T>> page = found.subList(0, Math.min(pageSize, found.size()));
    Optional<String> next =
        found.size() > pageSize
            ? Optional.of(PageToken.write(scope, page.get(page.size() - 1).key()))
            : Optional.empty();
    return new Page<>(page.stream().map(Keyed::row).toList(), next);
  }

  private record Keyed<T>(T row, SortKey key) {}
}
