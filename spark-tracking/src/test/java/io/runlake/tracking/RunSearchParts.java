package io.runlake.tracking;

import io.runlake.search.Facts;
import io.runlake.search.Fields;
import io.runlake.search.Order;
import io.runlake.store.RunRow;
import java.util.List;

/** What a search of runs is made of, for tests of other packages. */
public final class RunSearchParts {
  public static final Fields FIELDS = RunFacts.FIELDS;
  public static final List<Order.Item> TIES = RunFacts.TIES;

  private RunSearchParts() {}

  public static Facts facts(RunRow row) {
    return new RunFacts(row);
  }
}
