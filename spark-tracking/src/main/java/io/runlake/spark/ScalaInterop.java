package io.runlake.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import scala.Function1;
import scala.Option;
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

  static <T> Function1<T, BoxedUnit> function(Consumer<? super T> consumer) {
    return value -> {
      consumer.accept(value);
      return BoxedUnit.UNIT;
    };
  }
}
