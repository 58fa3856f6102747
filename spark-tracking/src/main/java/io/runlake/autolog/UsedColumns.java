package io.runlake.autolog;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Which columns of its data an estimator reads, as far as its params say it. Spark's own estimators
 * name each column that they read in a param whose name ends in {@code Col} or {@code Cols}; of a
 * formula, SQL, or an estimator of somebody else that is not known.
 */
public final class UsedColumns {
  private static final String SPARK_ML = "org.apache.spark.ml.";
  private static final Set<String> UNTOLD =
      Set.of(SPARK_ML + "feature.RFormula", SPARK_ML + "feature.SQLTransformer");

  private final Set<String> names;

  private UsedColumns(Set<String> names) {
    this.names = names;
  }

  /** Empty if any column may be read. */
  public static Optional<UsedColumns> of(EstimatorFacts estimator) {
    Set<String> names = new HashSet<>();
    return collect(estimator, names) && !names.isEmpty()
        ? Optional.of(new UsedColumns(names))
        : Optional.empty();
  }

  /** Whether a top-level column of the data, or a field inside it, is among them. */
  public boolean contains(String column) {
    return names.contains(plain(column));
  }

  private static boolean collect(EstimatorFacts facts, Set<String> into) {
    if (!facts.className().startsWith(SPARK_ML) || UNTOLD.contains(facts.className())) {
      return false;
    }
    boolean told = true;
    for (ParamFact param : facts.params()) {
      if (param.name().endsWith("Col")) {
        add(param.value(), into);
      } else if (param.name().endsWith("Cols") && param.value() instanceof ParamValue.Items items) {
        told &= items.omitted() == 0;
        items.values().forEach(item -> add(item, into));
      } else if (param.value() instanceof ParamValue.Stage stage) {
        told &= collect(stage.facts(), into);
      } else if (param.value() instanceof ParamValue.Stages stages) {
        told &= all(stages.stages(), into);
      }
    }
    return told;
  }

  private static boolean all(List<EstimatorFacts> stages, Set<String> into) {
    boolean told = true;
    for (EstimatorFacts stage : stages) {
      told &= collect(stage, into);
    }
    return told;
  }

  private static void add(ParamValue value, Set<String> into) {
    if (value instanceof ParamValue.Text text && !text.value().isEmpty()) {
      String name = plain(text.value());
      into.add(name);
      if (name.indexOf('.') > 0) {
        into.add(name.substring(0, name.indexOf('.')));
      }
    }
  }

  private static String plain(String name) {
    return name.replace("`", "").toLowerCase(Locale.ROOT);
  }
}
