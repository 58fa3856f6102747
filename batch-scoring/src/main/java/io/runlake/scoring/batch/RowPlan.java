package io.runlake.scoring.batch;

import static org.apache.spark.sql.functions.lit;

import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.Scorer;
import io.runlake.flavor.ScorerOptions;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ScoreColumns;
import io.runlake.scoring.ScoringModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
    List<String> known =
        Arrays.stream(input.rows().columns())
            .filter(name -> !input.corruptColumn().equals(Optional.of(name)))
            .toList();
    List<String> columns = ScoreColumns.carried(settings.columns(), known, ADDED);
    return new RowPlan(new Scorer(loaded, options), columns, model, input.rows());
  }

  /** The scored rows of an input, as they stand in the table. */
  Dataset<Row> scores(Dataset<Row> rows, Attempt attempt) {
    Dataset<Row> scored = scorer.score(rows, columns).scored();
    List<Column> all = new ArrayList<>();
    for (String name : scored.columns()) {
      all.add(ScoreColumns.named(scored, name));
    }
    all.addAll(ScoreColumns.ofModel(model.resolved()));
    all.add(ScoreColumns.timestamp(attempt.started()).as("scored_at"));
    all.addAll(nightColumns(attempt));
    return scored.select(all.toArray(Column[]::new));
  }

  /** The rows of an input that cannot be scored, as they stand in the quarantine. */
  Dataset<Row> quarantine(Dataset<Row> rows, Attempt attempt) {
    Dataset<Row> refused = scorer.score(rows, columns).quarantined();
    List<Column> all = new ArrayList<>();
    for (String name : List.of("stage", "column", "reason", "row")) {
      all.add(ScoreColumns.named(refused, name));
    }
    all.add(lit(attempt.number()).as(ATTEMPT_COLUMN));
    all.addAll(ScoreColumns.ofModel(model.resolved()));
    all.add(ScoreColumns.timestamp(attempt.started()).as("quarantined_at"));
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

  private static List<Column> nightColumns(Attempt attempt) {
    return List.of(
        lit(attempt.runId()).as("job_run_id"),
        lit(attempt.night().job()).as(Night.JOB_COLUMN),
        lit(attempt.night().date().toString()).cast(DataTypes.DateType).as(Night.DATE_COLUMN));
  }
}
