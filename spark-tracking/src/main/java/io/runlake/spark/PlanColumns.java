package io.runlake.spark;

import io.runlake.autolog.UsedColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationDef;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.SetOperation;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.plans.logical.WithCTE;

/**
 * Which columns of its relations an analysed plan needs for the wanted columns of its result:
 * walked from the result down, as an optimiser prunes columns, without making the optimised plan.
 * Where a node is not known, what it refers to and what passes through it counts.
 */
final class PlanColumns {
  /** A plan with more expressions than this was generated; looking at it would take too long. */
  private static final int MOST = 500_000;

  private final Set<Long> needed = new HashSet<>();
  private final Map<Long, Set<Integer>> definitions = new HashMap<>();
  private int seen;

  private PlanColumns() {}

  /**
   * The ids of all columns that are needed anywhere in the plan.
   *
   * @param wanted which columns of the result; empty for all
   * @return empty if it cannot be told
   */
  static Optional<Set<Long>> of(LogicalPlan plan, Optional<UsedColumns> wanted) {
    try {
      PlanColumns columns = new PlanColumns();
      Set<Long> result = new HashSet<>();
      for (Object output : columns.elements(plan, "output")) {
        Attribute column = (Attribute) output;
        if (wanted.isEmpty() || wanted.get().contains(column.name())) {
          result.add(id(column));
        }
      }
      columns.visit(plan, result);
      return Optional.of(columns.needed);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      return Optional.empty();
    }
  }

  /** The names of those columns of a relation that are needed. */
  static List<String> names(LogicalPlan relation, Set<Long> needed) {
    List<String> names = new ArrayList<>();
    for (Object output : ScalaInterop.list(SparkCompat.call(relation, "output"), MOST)) {
      if (needed.contains(id((Attribute) output))) {
        names.add(((Attribute) output).name());
      }
    }
    return names;
  }

  private void visit(LogicalPlan plan, Set<Long> wanted) {
    needed.addAll(wanted);
    for (Object subquery : elements(plan, "subqueries")) {
      visit((LogicalPlan) subquery, outputs((LogicalPlan) subquery));
    }
    if (plan instanceof Project) {
      visitAll(plan, chosen(elements(plan, "projectList"), wanted));
    } else if (plan instanceof Aggregate) {
      Set<Long> below = chosen(elements(plan, "aggregateExpressions"), wanted);
      elements(plan, "groupingExpressions").forEach(key -> references(key, below));
      visitAll(plan, below);
    } else if (plan instanceof Union) {
      byPosition(plan, positions(plan, wanted));
    } else if (plan instanceof SetOperation || plan instanceof Distinct) {
      children(plan).forEach(child -> visit(child, outputs(child)));
    } else if (plan instanceof WithCTE) {
      commonTables(plan, wanted);
    } else if (plan instanceof CTERelationRef reference) {
      definitions
          .computeIfAbsent(reference.cteId(), none -> new HashSet<>())
          .addAll(positions(plan, wanted));
    } else {
      other(plan, wanted);
    }
  }

  /** What a node refers to, and what it lets through; renamed columns go by their position. */
  private void other(LogicalPlan plan, Set<Long> wanted) {
    List<LogicalPlan> children = children(plan);
    Set<Long> below = new HashSet<>(wanted);
    references(plan.references(), below);
    if (children.size() == 1 && renames(plan, children.get(0))) {
      byPosition(plan, positions(plan, wanted));
    }
    visitAll(plan, below);
  }

  private boolean renames(LogicalPlan plan, LogicalPlan child) {
    Set<Long> above = outputs(plan);
    Set<Long> below = outputs(child);
    boolean apart = above.stream().noneMatch(below::contains);
    return apart && above.size() == below.size() && elements(plan, "expressions").isEmpty();
  }

  /** The query first, which says what it wants of the definitions; later ones may use earlier. */
  private void commonTables(LogicalPlan plan, Set<Long> wanted) {
    List<LogicalPlan> tables = new ArrayList<>();
    for (LogicalPlan child : children(plan)) {
      if (child instanceof CTERelationDef) {
        tables.add(0, child);
      } else {
        visit(child, wanted);
      }
    }
    for (LogicalPlan table : tables) {
      byPosition(table, definitions.getOrDefault(((CTERelationDef) table).id(), Set.of()));
    }
  }

  private void visitAll(LogicalPlan plan, Set<Long> wanted) {
    for (LogicalPlan child : children(plan)) {
      Set<Long> ofChild = outputs(child);
      ofChild.retainAll(wanted);
      visit(child, ofChild);
    }
  }

  private void byPosition(LogicalPlan plan, Set<Integer> positions) {
    for (LogicalPlan child : children(plan)) {
      List<Object> columns = elements(child, "output");
      Set<Long> wanted = new HashSet<>();
      for (int position : positions) {
        if (position < columns.size()) {
          wanted.add(id((Attribute) columns.get(position)));
        }
      }
      visit(child, wanted);
    }
  }

  private Set<Integer> positions(LogicalPlan plan, Set<Long> wanted) {
    Set<Integer> positions = new HashSet<>();
    List<Object> columns = elements(plan, "output");
    for (int i = 0; i < columns.size(); i++) {
      if (wanted.contains(id((Attribute) columns.get(i)))) {
        positions.add(i);
      }
    }
    return positions;
  }

  private Set<Long> chosen(List<Object> expressions, Set<Long> wanted) {
    Set<Long> below = new HashSet<>();
    for (Object expression : expressions) {
      if (wanted.contains(id((NamedExpression) expression))) {
        references(expression, below);
      }
    }
    return below;
  }

  private void references(Object expression, Set<Long> into) {
    if (expression instanceof Attribute column) {
      into.add(id(column));
      return;
    }
    Object references = expression instanceof Expression tree ? tree.references() : expression;
    for (Object reference : counted(ScalaInterop.list(references, MOST))) {
      into.add(id((Attribute) reference));
    }
  }

  private Set<Long> outputs(LogicalPlan plan) {
    Set<Long> ids = new HashSet<>();
    elements(plan, "output").forEach(column -> ids.add(id((Attribute) column)));
    return ids;
  }

  private List<LogicalPlan> children(LogicalPlan plan) {
    return elements(plan, "children").stream().map(LogicalPlan.class::cast).toList();
  }

  private List<Object> elements(LogicalPlan plan, String method) {
    return counted(ScalaInterop.list(SparkCompat.call(plan, method), MOST));
  }

  private List<Object> counted(List<Object> elements) {
    seen += 1 + elements.size();
    if (seen > MOST) {
      throw new IllegalStateException("The plan has too many expressions to be looked at.");
    }
    return elements;
  }

  private static long id(NamedExpression column) {
    return column.exprId().id();
  }
}
