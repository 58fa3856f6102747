package io.runlake.spark;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.AttributeGroup;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructField;
import scala.Function1;
import scala.Option;
import scala.Tuple2;
import scala.runtime.BoxedUnit;

/**
 * Scala's collections and functions as Java's. Only what has the same descriptors in Scala 2.12 and
 * 2.13 is called, so {@code scala.collection.Seq} never stands in a signature.
 */
final class ScalaInterop {
  /** Where Spark ML keeps what it knows of a column. */
  private static final String ATTRIBUTES = "ml_attr";

  private ScalaInterop() {}

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

  /** Whether this is an array of a row, as Spark gives it out. */
  static boolean isSequence(Object value) {
    return value instanceof scala.collection.Seq<?>;
  }

  /** The session of the calling thread, else the default one of this JVM. */
  static Optional<SparkSession> liveSession() {
    Option<SparkSession> active = SparkSession.getActiveSession();
    Option<SparkSession> session = active.isDefined() ? active : SparkSession.getDefaultSession();
    return session.isDefined() ? Optional.of(session.get()) : Optional.empty();
  }

  /** All settings of a session. */
  static Map<String, String> settings(SparkSession session) {
    return strings(session.conf().getAll());
  }

  /** The entries of any of Scala's maps of strings. */
  static Map<String, String> strings(Object map) {
    Map<String, String> copy = new HashMap<>();
    for (Object entry : list(map, Integer.MAX_VALUE)) {
      Tuple2<?, ?> pair = (Tuple2<?, ?>) entry;
      copy.put((String) pair._1(), (String) pair._2());
    }
    return copy;
  }

  /** What an Option holds. */
  static Optional<Object> optional(Object option) {
    Option<?> held = (Option<?>) option;
    return held.isDefined() ? Optional.of(held.get()) : Optional.empty();
  }

  /** Whether one of the elements of an array column is as wanted. */
  static Column exists(Column array, UnaryOperator<Column> wanted) {
    Function1<Column, Column> function = wanted::apply;
    return functions.exists(array, function);
  }

  /** Visits a plan, then the plans of its subqueries at any depth. */
  static void visit(LogicalPlan plan, Consumer<LogicalPlan> visitor) {
    Function1<LogicalPlan, BoxedUnit> function =
        node -> {
          visitor.accept(node);
          return BoxedUnit.UNIT;
        };
    plan.foreach(function);
    for (Object subquery : list(SparkCompat.call(plan, "subqueriesAll"), Integer.MAX_VALUE)) {
      ((LogicalPlan) subquery).foreach(function);
    }
  }

  /** The entry of the catalog that a relation came from; empty if it was read by path. */
  static Optional<CatalogTable> catalogTable(LogicalRelation relation) {
    Option<CatalogTable> table = relation.catalogTable();
    return table.isDefined() ? Optional.of(table.get()) : Optional.empty();
  }

  /**
   * The names of a vector column's elements, by its metadata.
   *
   * @return for each element its name, or empty text if it has none; empty if the metadata do not
   *     list the elements
   */
  static List<String> elementNames(StructField vector) {
    List<String> names = new ArrayList<>();
    if (!vector.metadata().contains(ATTRIBUTES)) {
      return names;
    }
    Option<Attribute[]> attributes = AttributeGroup.fromStructField(vector).attributes();
    if (attributes.isDefined()) {
      for (Attribute attribute : attributes.get()) {
        names.add(attribute.name().isDefined() ? attribute.name().get() : "");
      }
    }
    return names;
  }

  /** The labels that an indexed column's values stand for, by its metadata; empty if unknown. */
  static List<String> labels(StructField indexed) {
    if (indexed.metadata().contains(ATTRIBUTES)
        && Attribute.fromStructField(indexed) instanceof NominalAttribute nominal
        && nominal.values().isDefined()) {
      return List.of(nominal.values().get());
    }
    return List.of();
  }
}
