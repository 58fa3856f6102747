package io.runlake.search;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The order of results. In both directions NaN comes after every other number, and what a row does
 * not have comes last.
 */
public record Order(List<Order.Item> items) {
  public Order {
    items = List.copyOf(items);
  }

  /**
   * One key of the order.
   *
   * @param number whether it is compared as a number
   */
  public record Item(Field field, boolean number, boolean descending) {}

  /** What one row has under the items of an order. */
  public record SortKey(List<Cell> cells) {
    public SortKey {
      cells = List.copyOf(cells);
    }
  }

  /**
   * What one row has under one item.
   *
   * @param rank 0 for a value, 1 for NaN, 2 for none
   */
  public record Cell(int rank, double number, String text) {
    static final Cell MISSING = new Cell(2, 0, "");
  }

  /**
   * Reads an order.
   *
   * @param ties what decides between rows that the items find equal; the last must be unique
   * @throws FilterException for an item that is wrong, or a key that stands twice
   */
  public static Order parse(List<String> texts, Fields fields, List<Item> ties) {
    List<Item> items = new ArrayList<>();
    Set<Field> seen = new HashSet<>();
    for (String text : texts) {
      Item item = Parser.orderItem(text, fields);
      if (!seen.add(item.field())) {
        throw new FilterException(
            "Invalid order_by clause: '"
                + Parser.shortened(text)
                + "': order_by contains duplicate fields, "
                + Parser.shortened(item.field().toString())
                + " stands twice at position 1; leave one out.",
            1);
      }
      items.add(item);
    }
    for (Item tie : ties) {
      if (seen.add(tie.field())) {
        items.add(tie);
      }
    }
    return new Order(items);
  }

  SortKey keyOf(Facts facts) {
    List<Cell> cells = new ArrayList<>(items.size());
    for (Item item : items) {
      cells.add(cell(item, facts));
    }
    return new SortKey(cells);
  }

  private static Cell cell(Item item, Facts facts) {
    if (item.number()) {
      OptionalDouble number = facts.number(item.field());
      if (number.isEmpty()) {
        return Cell.MISSING;
      }
      double value = number.getAsDouble();
      return Double.isNaN(value) ? new Cell(1, 0, "") : new Cell(0, value + 0.0, "");
    }
    List<String> texts = facts.texts(item.field());
    return texts.isEmpty() ? Cell.MISSING : new Cell(0, 0, texts.get(0));
  }

  Comparator<SortKey> comparator() {
    return (a, b) -> {
      for (int i = 0; i < items.size(); i++) {
        int order = compare(items.get(i), a.cells().get(i), b.cells().get(i));
        if (order != 0) {
          return order;
        }
      }
      return 0;
    };
  }

  private static int compare(Item item, Cell a, Cell b) {
    if (a.rank() != b.rank()) {
      return Integer.compare(a.rank(), b.rank());
    }
    int order =
        item.number()
            ? Double.compare(a.number(), b.number())
            : compareCodePoints(a.text(), b.text());
    return item.descending() ? -order : order;
  }

  /** By code points, as Python and UTF-8 do; Java's own order differs above the surrogates. */
  private static int compareCodePoints(String a, String b) {
    int shorter = Math.min(a.length(), b.length());
    for (int i = 0; i < shorter; i++) {
      char x = a.charAt(i);
      char y = b.charAt(i);
      if (x != y) {
        boolean bothHigh = x >= Character.MIN_SURROGATE && y >= Character.MIN_SURROGATE;
        return bothHigh ? Integer.compare(aboveSurrogates(x), aboveSurrogates(y)) : x - y;
      }
    }
    return Integer.compare(a.length(), b.length());
  }

  private static int aboveSurrogates(char c) {
    return Character.isSurrogate(c) ? c + 0x10000 : c;
  }
}
