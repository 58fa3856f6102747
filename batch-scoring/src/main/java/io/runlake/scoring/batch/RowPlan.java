package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.lit;

import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.Scorer;
import io.runlake.flavor.ScorerOptions;
import io.runlake.text.NearestMatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** From input rows to the rows of the two tables. */
final class RowPlan {
  static final String ATTEMPT_COLUMN = "attempt";

  /** What the job adds to the scores; an input column of that name cannot be carried. */
  private static final List<String> ADDED =
      List.of(
          "model_name",
          "model_version",
          "model_run_id",
          "scored_at",
          "job_run_id",
          Night.JOB_COLUMN,
          Night.DATE_COLUMN);

  private final Scorer scorer;
  private final List<String> columns;
  private final ScoringModel model;
  private final Dataset<Row> input;

  private RowPlan(Scorer scorer, List<String> columns, ScoringModel model, Dataset<Row> input) {
    this.scorer = scorer;
    this.columns = columns;
    this.model = model;
    this.input = input;
  }

  /**
   * Checks the input's columns against the settings and the signature; reads no row.
   *
   * @throws JobException BAD_INPUT, or {@link io.runlake.flavor.ModelException} of kind SIGNATURE
   */
  static RowPlan of(
      JobSettings settings, ScoringModel model, LoadedModel loaded, FrozenInput input) {
    ScorerOptions options =
        ScorerOptions.defaults()
            .withParseStrings(settings.parseStrings())
            .withGenerated(settings.modelColumns());
    if (input.corruptColumn().isPresent()) {
      options = options.withCorruptColumn(input.corruptColumn().get());
    }
    List<String> columns = carried(settings, input);
    return new RowPlan(new Scorer(loaded, options), columns, model, input.rows());
  }

  private static List<String> carried(JobSettings settings, FrozenInput input) {
    List<String> known =
        Arrays.stream(input.rows().columns())
            .filter(name -> !input.corruptColumn().equals(Optional.of(name)))
            .toList();
    List<String> carried = settings.columns().orElse(known);
    for (String name : carried) {
      if (!known.contains(name)) {
        throw JobException.badInput(
            "The input has no column '"
                + name
                + "' to carry into the scores"
                + NearestMatch.hint(name, known)
                + " It has "
                + known
                + ".");
      }
      if (ADDED.contains(name.toLowerCase(Locale.ROOT))) {
        throw JobException.badInput(
            "The input column '"
                + name
                + "' has the name of a column that the job adds. Leave it out with the key"
                + " columns.");
      }
    }
    return carried;
  }

  /** The scored rows of an input, as they stand in the table. */
  Dataset<Row> scores(Dataset<Row> rows, Attempt attempt) {
    Dataset<Row> scored = scorer.score(rows, columns).scored();
    List<Column> all = new ArrayList<>();
    for (String name : scored.columns()) {
      all.add(scored.col("`" + name.replace("`", "``") + "`"));
    }
    all.addAll(modelColumns());
    all.add(timestamp(attempt.started()).as("scored_at"));
    all.addAll(nightColumns(attempt));
    return scored.select(all.toArray(Column[]::new));
  }

  /** The rows of an input that cannot be scored, as they stand in the quarantine. */
  Dataset<Row> quarantine(Dataset<Row> rows, Attempt attempt) {
    Dataset<Row> refused = scorer.score(rows, columns).quarantined();
    List<Column> all = new ArrayList<>();
    for (String name : List.of("stage", "column", "reason", "row")) {
      all.add(refused.col("`" + name + "`"));
    }
    all.add(lit(attempt.number()).as(ATTEMPT_COLUMN));
    all.addAll(modelColumns());
    all.add(timestamp(attempt.started()).as("quarantined_at"));
    all.addAll(nightColumns(attempt));
    return refused.select(all.toArray(Column[]::new));
  }

  StructType scoresSchema(Night night) {
    return scores(input, nobody(night)).schema();
  }

  StructType quarantineSchema(Night night) {
    return quarantine(input, nobody(night)).schema();
  }

  /** Columns have the same types whatever the attempt is. */
  private static Attempt nobody(Night night) {
    return new Attempt(night, 0, "", "", "", Instant.EPOCH);
  }

  private List<Column> modelColumns() {
    return List.of(
        lit(model.resolved().name().orElse(null)).cast(DataTypes.StringType).as("model_name"),
        lit(model.resolved().version().orElse(null))
            .cast(DataTypes.IntegerType)
            .as("model_version"),
        lit(model.resolved().runId().map(Object::toString).orElse(null))
            .cast(DataTypes.StringType)
            .as("model_run_id"));
  }

  private static List<Column> nightColumns(Attempt attempt) {
    return List.of(
        lit(attempt.runId()).as("job_run_id"),
        lit(attempt.night().job()).as(Night.JOB_COLUMN),
        lit(attempt.night().date().toString()).cast(DataTypes.DateType).as(Night.DATE_COLUMN));
  }

  private static Column timestamp(Instant instant) {
    return lit(java.sql.Timestamp.from(instant));
  }
}
