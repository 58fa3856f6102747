package io.runlake.autolog;

import java.util.List;
import java.util.Objects;

/**
 * A curve of a training summary.
 *
 * @param kind the name of its artifacts, its columns and its axes
 * @param rows the values of the columns
 */
public record Curve(Kind kind, List<List<Double>> rows) {
  /** The curves there are. The first column is the x-axis, the others are drawn over it. */
  public enum Kind {
    /** Receiver operating characteristic. */
    ROC("roc_curve", List.of("false_positive_rate", "true_positive_rate")),
    /** Precision over recall. */
    PRECISION_RECALL("precision_recall_curve", List.of("recall", "precision")),
    /** What a threshold on the score gives. */
    THRESHOLD("threshold_curve", List.of("threshold", "precision", "recall", "f1_score"));

    private final String file;
    private final List<String> columns;

    Kind(String file, List<String> columns) {
      this.file = file;
      this.columns = columns;
    }

    String file() {
      return file;
    }

    List<String> columns() {
      return columns;
    }
  }

  public Curve {
    Objects.requireNonNull(kind, "kind");
    rows = List.copyOf(rows);
  }
}
