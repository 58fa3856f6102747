package io.runlake.flavor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/** One input on its way through a model. */
final class Scoring {
  private static final String PASSED = "__runlake_passed_";
  private static final String ROW = "__runlake_row";
  private static final String KEPT = "__runlake_kept_";

  private final Scorer scorer;
  private final Dataset<Row> input;
  private final List<String> passThrough;
  private final List<String> kept;
  private final InputBinding binding;
  private final List<RowRule> rules;

  Scoring(
      Scorer scorer,
      Dataset<Row> input,
      List<String> passThrough,
      List<String> kept,
      InputBinding binding) {
    this.scorer = scorer;
    this.input = input;
    this.passThrough = passThrough;
    this.kept = kept;
    this.binding = binding;
    this.rules = scorer.rulesFor(binding, input.schema(), kept);
  }

  Scored run() {
    return new Scored(scored(), this::quarantined);
  }

  private Dataset<Row> scored() {
    List<Column> columns = feeds();
    for (int i = 0; i < passThrough.size(); i++) {
      columns.add(InputBinding.quoted(passThrough.get(i)).as(PASSED + i));
    }
    Dataset<Row> rows = sound(input, 0).select(columns.toArray(Column[]::new));
    rows = transform(rows, 0, scorer.leaves().size());

    StructType schema = rows.schema();
    List<Column> results = new ArrayList<>();
    for (int i = 0; i < passThrough.size(); i++) {
      results.add(plain(PASSED + i, schema).as(passThrough.get(i)));
    }
    for (Map.Entry<String, String> result : scorer.results(schema).entrySet()) {
      results.add(plain(result.getValue(), schema).as(result.getKey()));
    }
    return rows.select(results.toArray(Column[]::new));
  }

  private Dataset<Row> quarantined() {
    Column row =
        functions.to_json(
            functions.struct(
                Arrays.stream(input.columns())
                    .filter(name -> !kept.contains(name))
                    .map(InputBinding::quoted)
                    .toArray(Column[]::new)),
            Map.of("ignoreNullFields", "false"));
    Dataset<Row> all = broken(input, 0, row, kept);
    Dataset<Row> rows = null;
    int done = 0;
    for (int position : new TreeSet<>(rules.stream().map(RowRule::position).toList())) {
      if (position > 0) {
        if (rows == null) {
          List<Column> columns = feeds();
          columns.add(row.as(ROW));
          for (int i = 0; i < kept.size(); i++) {
            columns.add(InputBinding.quoted(kept.get(i)).as(KEPT + i));
          }
          rows = sound(input, 0).select(columns.toArray(Column[]::new));
        }
        rows = transform(rows, done, position);
        done = position;
        all = all.union(broken(rows, position, functions.col(ROW), keptNames()));
        rows = sound(rows, position);
      }
    }
    return all;
  }

  /** Runs the stages from one position to another, with the checks that stand in between. */
  private Dataset<Row> transform(Dataset<Row> rows, int from, int to) {
    Dataset<Row> result = rows;
    for (int i = from; i < to; i++) {
      if (i > from && i > 0) {
        result = sound(result, i);
      }
      result = transform(scorer.leaves().get(i), result);
    }
    return result;
  }

  private Dataset<Row> transform(Transformer leaf, Dataset<Row> rows) {
    try {
      return leaf.transform(rows);
    } catch (RuntimeException e) {
      throw new ModelException(
          ModelException.Kind.INCOMPATIBLE,
          leaf.uid(),
          "The stage " + leaf.uid() + " of the model does not take this input: " + e.getMessage(),
          e);
    }
  }

  private List<Column> feeds() {
    List<Column> columns = new ArrayList<>();
    binding.feeds().forEach((name, feed) -> columns.add(feed.expression().as(name)));
    return columns;
  }

  /** The rows that break no rule of this position. */
  private Dataset<Row> sound(Dataset<Row> rows, int position) {
    List<Column> broken = conditions(rows.schema(), position);
    return broken.isEmpty() ? rows : rows.filter(functions.not(any(broken)));
  }

  /** The rows that break a rule of this position, with the first one that they break. */
  private Dataset<Row> broken(Dataset<Row> rows, int position, Column row, List<String> keptAs) {
    List<Column> conditions = conditions(rows.schema(), position);
    List<RowRule> here = at(position);
    Function<String, Column> value = values(position);
    Column what = null;
    for (int i = 0; i < here.size(); i++) {
      RowRule rule = here.get(i);
      Column facts =
          functions.struct(
              functions.lit(rule.stage()).as("stage"),
              functions.lit(rule.column()).as("column"),
              functions
                  .coalesce(rule.reason(value.apply(rule.column())), functions.lit(""))
                  .as("reason"));
      what =
          what == null
              ? functions.when(conditions.get(i), facts)
              : what.when(conditions.get(i), facts);
    }
    if (what == null) {
      Column none = functions.lit(null).cast("string");
      return rows.filter(functions.lit(false))
          .select(
              with(
                  List.of(none.as("stage"), none.as("column"), none.as("reason"), row.as("row")),
                  keptAs));
    }
    return rows.filter(any(conditions))
        .select(with(List.of(what.as("what"), row.as("row")), keptAs))
        .select(
            with(
                Stream.of("what.stage", "what.column", "what.reason", "row")
                    .map(functions::col)
                    .toList(),
                kept));
  }

  /** Columns, then those that are kept, by the names that they have here. */
  private Column[] with(List<Column> columns, List<String> keptAs) {
    List<Column> all = new ArrayList<>(columns);
    for (int i = 0; i < kept.size(); i++) {
      all.add(InputBinding.quoted(keptAs.get(i)).as(kept.get(i)));
    }
    return all.toArray(Column[]::new);
  }

  private List<String> keptNames() {
    return IntStream.range(0, kept.size()).mapToObj(i -> KEPT + i).toList();
  }

  /** As a balanced tree: hundreds of columns would make a chain too deep to walk. */
  private static Column any(List<Column> conditions) {
    int half = conditions.size() / 2;
    return half == 0
        ? conditions.get(0)
        : any(conditions.subList(0, half)).or(any(conditions.subList(half, conditions.size())));
  }

  private List<Column> conditions(StructType schema, int position) {
    Function<String, Column> value = values(position);
    List<Column> conditions = new ArrayList<>();
    for (RowRule rule : at(position)) {
      DataType type =
          position == 0 && binding.feeds().containsKey(rule.column())
              ? binding.feeds().get(rule.column()).type()
              : schema.apply(rule.column()).dataType();
      conditions.add(rule.broken(value.apply(rule.column()), type));
    }
    return conditions;
  }

  private List<RowRule> at(int position) {
    return rules.stream().filter(rule -> rule.position() == position).toList();
  }

  /** At the start the model's columns are still expressions over the input. */
  private Function<String, Column> values(int position) {
    return name ->
        position == 0 && binding.feeds().containsKey(name)
            ? binding.feeds().get(name).expression()
            : InputBinding.quoted(name);
  }

  /** Vectors leave as arrays. */
  private static Column plain(String name, StructType schema) {
    Column column = InputBinding.quoted(name);
    return SparkTypes.isVector(schema.apply(name).dataType())
        ? functions.when(
            column.isNotNull(), org.apache.spark.ml.functions.vector_to_array(column, "float64"))
        : column;
  }
}
