package io.runlake.scoring.streaming;

import static org.apache.spark.sql.functions.lit;

import io.runlake.flavor.LoadedModel;
import io.runlake.flavor.Scored;
import io.runlake.flavor.Scorer;
import io.runlake.flavor.ScorerOptions;
import io.runlake.registry.ResolvedModel;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ScoreColumns;
import io.runlake.scoring.ScoringModel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

/** From the rows of a batch to the rows of the two tables, by one model. Used for many batches. */
final class BatchPlan {
  /** What the job adds to the scores; an input column of that name cannot be carried. */
  private static final List<String> ADDED =
      Stream.concat(
              ScoreColumns.OF_MODEL.stream(),
              Stream.of(
                  "scored_at",
                  "source_file",
                  "source_text",
                  "source_version",
                  "source_version_from",
                  "source_version_to",
                  "batch_id",
                  "job_run_id",
                  "job",
                  "query_id"))
          .toList();

  private final ScoringModel model;
  private final Scorer scorer;
  private final Source source;
  private final String job;
  private final List<String> carried;
  private final List<String> passed;
  private final String checkHash;

  private BatchPlan(
      ScoringModel model, Scorer scorer, Source source, String job, List<String> carried) {
    this.model = model;
    this.scorer = scorer;
    this.source = source;
    this.job = job;
    this.carried = carried;
    this.passed = Stream.concat(carried.stream(), source.positions().stream()).toList();
    this.checkHash = scorer.checkHash();
  }

  /**
   * Checks the input's columns against the settings; reads no row.
   *
   * @throws JobException BAD_INPUT, or {@link io.runlake.flavor.ModelException}
   */
  static BatchPlan of(
      StreamSettings settings,
      Source source,
      StructType input,
      ScoringModel model,
      LoadedModel loaded) {
    ScorerOptions options =
        ScorerOptions.defaults()
            .withParseStrings(settings.parseStrings())
            .withGenerated(settings.modelColumns());
    if (source.corruptColumn().isPresent()) {
      options = options.withCorruptColumn(source.corruptColumn().get());
    }
    Set<String> notCarried =
        Set.copyOf(
            Stream.concat(source.positions().stream(), source.corruptColumn().stream()).toList());
    List<String> known =
        Arrays.stream(input.fieldNames()).filter(name -> !notCarried.contains(name)).toList();
    List<String> carried = ScoreColumns.carried(settings.columns(), known, ADDED);
    return new BatchPlan(model, new Scorer(loaded, options), source, settings.job(), carried);
  }

  ScoringModel model() {
    return model;
  }

  /** See {@link Scorer#checkHash()}. */
  String checkHash() {
    return checkHash;
  }

  /** The two parts of a batch; lazy. */
  Parts split(Dataset<Row> rows, Pin pin) {
    return new Parts(
        scorer.score(rows, passed, source.positions()), pin, source.position(pin.batch()));
  }

  /** The parts of an input without rows, for their schemas. */
  Parts example(Dataset<Row> none) {
    ResolvedModel resolved = model.resolved();
    return split(none, new Pin(0, "", "", resolved, "", Instant.EPOCH, List.of()));
  }

  /** A batch on its way into the two tables. */
  final class Parts {
    private final Scored scored;
    private final Pin pin;
    private final List<Column> position;

    private Parts(Scored scored, Pin pin, List<Column> position) {
      this.scored = scored;
      this.pin = pin;
      this.position = position;
    }

    /** The scored rows, as they stand in the table. */
    Dataset<Row> scores() {
      Dataset<Row> rows = scored.scored();
      List<Column> all = new ArrayList<>();
      for (String name : carried) {
        all.add(ScoreColumns.named(rows, name));
      }
      for (String name : rows.columns()) {
        if (!passed.contains(name)) {
          all.add(ScoreColumns.named(rows, name));
        }
      }
      addFacts(all, rows, "scored_at");
      return rows.select(all.toArray(Column[]::new));
    }

    /** The rows that cannot be scored, as they stand in the quarantine. */
    Dataset<Row> quarantine() {
      Dataset<Row> rows = scored.quarantined();
      List<Column> all = new ArrayList<>();
      for (String name : List.of("stage", "column", "reason", "row")) {
        all.add(ScoreColumns.named(rows, name));
      }
      addFacts(all, rows, "quarantined_at");
      return rows.select(all.toArray(Column[]::new));
    }

    private void addFacts(List<Column> all, Dataset<Row> rows, String instant) {
      all.addAll(ScoreColumns.ofModel(pin.model()));
      all.add(ScoreColumns.timestamp(pin.at()).as(instant));
      source.positions().forEach(name -> all.add(ScoreColumns.named(rows, name)));
      all.addAll(position);
      all.add(lit(pin.batch()).as("batch_id"));
      all.add(lit(pin.runId()).as("job_run_id"));
      all.add(lit(job).as("job"));
      all.add(lit(pin.queryId()).as("query_id"));
    }
  }

  /** Whether this plan scores with that model, the same files. */
  boolean isOf(ResolvedModel other) {
    return model.resolved().path().equals(other.path())
        && model.resolved().name().equals(other.name())
        && model.resolved().version().equals(other.version())
        && agree(model.resolved().digest(), other.digest());
  }

  private static boolean agree(Optional<String> one, Optional<String> other) {
    return one.isEmpty() || other.isEmpty() || one.equals(other);
  }
}
