package io.runlake.flavor;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The one row check of batch and streaming: applies a model and splits off what it cannot score.
 */
public final class Scorer {
  /** For one model; reusable for any number of inputs. */
  public Scorer(LoadedModel model, ScorerOptions options) {}

  /** Scores an input, passing all its columns through. */
  public Scored score(Dataset<Row> input) {
    throw new UnsupportedOperationException("being written");
  }

  /** Scores an input, passing the named columns through, in this order. */
  public Scored score(Dataset<Row> input, List<String> passThrough) {
    throw new UnsupportedOperationException("being written");
  }

  /** 64 hex digits that change when the row check or the signature changes. */
  public String checkHash() {
    throw new UnsupportedOperationException("being written");
  }
}
