package io.runlake.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import scala.Function1;
import scala.Option;
import scala.Tuple2;
import scala.runtime.BoxedUnit;

/**
 * Scala's collections and functions as Java's. Only what has the same descriptors in Scala 2.12 and
 * 2.13 is called, so {@code scala.collection.Seq} never stands in a signature.
 */
final class ScalaInterop {
  private ScalaInterop() {}

  static <T> Optional<T> optional(Option<T> option) {
    return option.isDefined() ? Optional.ofNullable(option.get()) : Optional.empty();
  }

  /**
   * The elements of any of Scala's collections.
   *
   * @param most how many to copy at most
   */
  static List<Object> list(Object collection, int most) {
    List<Object> copy = new ArrayList<>();
    scala.collection.Iterator<?> elements = ((scala.collection.Iterable<?>) collection).iterator();
    while (copy.size() < most && elements.hasNext()) {
      copy.add(elements.next());
    }
    return copy;
  }

  /** The entries of a map of strings. */
  static Map<String, String> map(scala.collection.Map<String, String> entries) {
    Map<String, String> copy = new HashMap<>();
    for (Object entry : list(entries, Integer.MAX_VALUE)) {
      Tuple2<?, ?> pair = (Tuple2<?, ?>) entry;
      copy.put((String) pair._1(), (String) pair._2());
    }
    return copy;
  }

  static <T> Function1<T, BoxedUnit> function(Consumer<? super T> consumer) {
    return value -> {
      consumer.accept(value);
      return BoxedUnit.UNIT;
    };
  }
}
