package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.ml.PredictionModel;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.classification.NaiveBayesModel;
import org.apache.spark.ml.feature.Bucketizer;
import org.apache.spark.ml.feature.FeatureHasher;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.OneHotEncoderModel;
import org.apache.spark.ml.feature.SQLTransformer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.feature.VectorIndexerModel;
import org.apache.spark.ml.feature.VectorSizeHint;
import org.apache.spark.ml.recommendation.ALSModel;

/**
 * Walks the stages of a model and collects what each refuses. For columns that stages make, it
 * keeps track of which input column makes them null or NaN, so that nearly every rule is one on the
 * input; only where that cannot be known does a rule stand on a made column, at a later position.
 *
 * <p>A stage with {@code handleInvalid=skip} drops rows; for the scorer that is refusing them,
 * since no row may vanish.
 */
final class RowRules {
  /** A column at the position where it is there; the input's are there at 0. */
  private record Ref(String column, int position) {}

  /**
   * What is known of a column.
   *
   * @param nullFrom it is null only where one of these is
   * @param nanFrom it is NaN only where one of these is
   * @param categories its values are integers from 0 below this; -1 when not known
   * @param sized as a vector it has the same size in each row that came this far
   */
  private record Facts(
      int position, Set<Ref> nullFrom, Set<Ref> nanFrom, int categories, boolean sized) {
    static Facts sound(int position) {
      return new Facts(position, Set.of(), Set.of(), -1, true);
    }

    static Facts unknown(String column, int position) {
      Set<Ref> self = Set.of(new Ref(column, position));
      return new Facts(position, self, self, -1, false);
    }
  }

  private final Set<String> inputs;

  /** Those of the inputs that are known to be vectors; their sizes are not known. */
  private final Set<String> vectors;

  private final Map<String, Facts> facts = new HashMap<>();
  private final Set<RowRule> rules = new LinkedHashSet<>();

  /** From here on a column that no known stage made may come from a stage that does not tell. */
  private int unknownSince;

  /** From here on the columns of the input may be others than those that came in. */
  private int inputsSince;

  private int position;
  private String stage = "";

  private RowRules(Set<String> inputs, Set<String> vectors) {
    this.inputs = inputs;
    this.vectors = vectors;
  }

  /** The rules in the order of their positions and stages. */
  static List<RowRule> of(List<Transformer> leaves, Set<String> inputs, Set<String> vectors) {
    RowRules walk = new RowRules(inputs, vectors);
    for (Transformer leaf : leaves) {
      walk.stage = leaf.getClass().getSimpleName().replaceFirst("Model$", "");
      walk.visit(leaf);
      walk.position++;
    }
    List<RowRule> sorted = new ArrayList<>(walk.rules);
    sorted.sort(Comparator.comparingInt(RowRule::position));
    return sorted;
  }

  /** The columns that stages name as inputs and no earlier stage makes. */
  static Set<String> rawColumns(List<Transformer> leaves) {
    Set<String> raw = new LinkedHashSet<>();
    Set<String> made = new LinkedHashSet<>();
    for (Transformer leaf : leaves) {
      Leaves.inputs(leaf).stream().filter(column -> !made.contains(column)).forEach(raw::add);
      made.addAll(Leaves.outputs(leaf));
    }
    return raw;
  }

  private void visit(Transformer leaf) {
    if (leaf instanceof StringIndexerModel model) {
      stringIndexer(model);
    } else if (leaf instanceof OneHotEncoderModel model) {
      oneHotEncoder(model);
    } else if (leaf instanceof VectorAssembler assembler) {
      assembler(assembler);
    } else if (leaf instanceof Bucketizer bucketizer) {
      bucketizer(bucketizer);
    } else if (leaf instanceof ImputerModel model) {
      imputer(model);
    } else if (leaf instanceof VectorIndexerModel model) {
      vectorIndexer(model);
    } else if (leaf instanceof VectorSizeHint hint) {
      sizeHint(hint);
    } else if (leaf instanceof FeatureHasher) {
      sound(leaf);
    } else if (leaf instanceof SQLTransformer) {
      facts.clear();
      inputsSince = position + 1;
      unknownSince = position + 1;
    } else if (leaf instanceof ALSModel model) {
      recommender(model);
    } else if (leaf instanceof PredictionModel<?, ?> model) {
      predictor(model);
    } else if (AllowList.standard().allows(leaf.getClass().getName())) {
      Leaves.inputs(leaf).forEach(this::refuseNull);
      sound(leaf);
    } else {
      stranger(leaf);
    }
  }

  private void stringIndexer(StringIndexerModel model) {
    List<String> columns = Leaves.inputs(model);
    List<String> outputs = Leaves.outputs(model);
    boolean keep = model.getHandleInvalid().equals("keep");
    for (int i = 0; i < columns.size(); i++) {
      SortedSet<String> labels = new TreeSet<>(List.of(model.labelsArray()[i]));
      String column = columns.get(i);
      if (!keep) {
        refuseNull(column);
        rules.add(new RowRule.Known(stage, column, facts(column).position(), labels));
      }
      put(outputs.get(i), Set.of(), Set.of(), labels.size() + (keep ? 1 : 0));
    }
  }

  private void oneHotEncoder(OneHotEncoderModel model) {
    List<String> columns = Leaves.inputs(model);
    for (int i = 0; i < columns.size(); i++) {
      String column = columns.get(i);
      refuseNull(column);
      int size = model.categorySizes()[i];
      int categories = facts(column).categories();
      boolean fits = categories >= 0 && categories <= size;
      if (!model.getHandleInvalid().equals("keep") && !fits) {
        RowRule.Bounds bounds = new RowRule.Bounds(0, size, false, false);
        rules.add(new RowRule.Between(stage, column, facts(column).position(), bounds));
      }
    }
    sound(model);
  }

  private void assembler(VectorAssembler assembler) {
    List<String> columns = Leaves.inputs(assembler);
    if (!assembler.getHandleInvalid().equals("keep")) {
      columns.forEach(this::refuseNullAndNan);
    }
    boolean sized = columns.stream().noneMatch(vectors::contains);
    facts.put(assembler.getOutputCol(), new Facts(position + 1, Set.of(), Set.of(), -1, sized));
  }

  private void bucketizer(Bucketizer bucketizer) {
    List<String> columns = Leaves.inputs(bucketizer);
    List<String> outputs = Leaves.outputs(bucketizer);
    boolean several = bucketizer.isSet(bucketizer.splitsArray());
    boolean keep = bucketizer.getHandleInvalid().equals("keep");
    for (int i = 0; i < columns.size(); i++) {
      double[] splits = several ? bucketizer.getSplitsArray()[i] : bucketizer.getSplits();
      String column = columns.get(i);
      if (bucketizer.getHandleInvalid().equals("skip")) {
        refuseNull(column);
      }
      if (!keep) {
        refuseNan(column);
      }
      RowRule.Bounds bounds = new RowRule.Bounds(splits[0], splits[splits.length - 1], true, true);
      rules.add(new RowRule.Between(stage, column, facts(column).position(), bounds));
      put(outputs.get(i), facts(column).nullFrom(), Set.of(), splits.length - (keep ? 0 : 1));
    }
  }

  private void imputer(ImputerModel model) {
    List<String> columns = Leaves.inputs(model);
    List<String> outputs = Leaves.outputs(model);
    for (int i = 0; i < columns.size(); i++) {
      boolean nanReplaced = Double.isNaN(model.getMissingValue());
      put(outputs.get(i), Set.of(), nanReplaced ? Set.of() : facts(columns.get(i)).nanFrom(), -1);
    }
  }

  private void vectorIndexer(VectorIndexerModel model) {
    String column = model.getInputCol();
    refuseNull(column);
    if (!model.getHandleInvalid().equals("keep")) {
      SortedMap<Integer, SortedSet<Double>> known = new TreeMap<>();
      model
          .javaCategoryMaps()
          .forEach(
              (index, values) -> {
                SortedSet<Double> categories = new TreeSet<>();
                values.keySet().forEach(value -> categories.add(value + 0.0));
                known.put(index, categories);
              });
      if (!known.isEmpty()) {
        rules.add(new RowRule.Categories(stage, column, facts(column).position(), known));
      }
    }
    sound(model);
  }

  private void sizeHint(VectorSizeHint hint) {
    if (!hint.getHandleInvalid().equals("optimistic")) {
      String column = hint.getInputCol();
      refuseNull(column);
      rules.add(new RowRule.Size(stage, column, facts(column).position(), hint.getSize()));
    }
  }

  private void predictor(PredictionModel<?, ?> model) {
    String column = model.getFeaturesCol();
    refuseNull(column);
    Facts known = facts(column);
    if (!known.sized() && model.numFeatures() > 0) {
      rules.add(new RowRule.Size(stage, column, known.position(), model.numFeatures()));
    }
    if (model instanceof NaiveBayesModel bayes && !bayes.getModelType().equals("gaussian")) {
      boolean zeroOrOne = bayes.getModelType().equals("bernoulli");
      rules.add(new RowRule.Counts(stage, column, known.position(), zeroOrOne));
    }
    sound(model);
  }

  private void recommender(ALSModel model) {
    if (model.getColdStartStrategy().equals("drop")) {
      throw new ModelException(
          Kind.INCOMPATIBLE,
          model.uid(),
          "The model "
              + model.uid()
              + " drops rows of unknown users and items (coldStartStrategy=drop), so input and output"
              + " would not add up; set coldStartStrategy=nan before saving it");
    }
    for (String column : Leaves.inputs(model)) {
      refuseNull(column);
      rules.add(new RowRule.IsInteger(stage, column, facts(column).position()));
    }
    sound(model);
  }

  /** A stage that is not Spark's: nobody knows what it refuses. */
  private void stranger(Transformer leaf) {
    List<String> columns = Leaves.inputs(leaf);
    (columns.isEmpty() ? new TreeSet<>(inputs) : columns).forEach(this::refuseNullAndNan);
    List<String> outputs = Leaves.outputs(leaf);
    outputs.forEach(output -> facts.put(output, Facts.unknown(output, position + 1)));
    if (outputs.isEmpty()) {
      unknownSince = position + 1;
    }
  }

  private void refuseNullAndNan(String column) {
    refuseNull(column);
    refuseNan(column);
  }

  private void refuseNull(String column) {
    for (Ref ref : sorted(facts(column).nullFrom())) {
      if (rules.stream().noneMatch(rule -> isNotNull(rule, ref))) {
        rules.add(new RowRule.NotNull(stage, ref.column(), ref.position()));
      }
    }
  }

  private static boolean isNotNull(RowRule rule, Ref ref) {
    return rule instanceof RowRule.NotNull same
        && same.column().equals(ref.column())
        && same.position() == ref.position();
  }

  private void refuseNan(String column) {
    for (Ref ref : sorted(facts(column).nanFrom())) {
      rules.add(new RowRule.NotNan(stage, ref.column(), ref.position()));
    }
  }

  private static List<Ref> sorted(Set<Ref> refs) {
    return refs.stream().sorted(Comparator.comparing(Ref::column)).toList();
  }

  private void sound(Transformer leaf) {
    Leaves.outputs(leaf).forEach(output -> facts.put(output, Facts.sound(position + 1)));
  }

  private void put(String output, Set<Ref> nullFrom, Set<Ref> nanFrom, int categories) {
    facts.put(output, new Facts(position + 1, nullFrom, nanFrom, categories, true));
  }

  private Facts facts(String column) {
    int since = inputs.contains(column) ? inputsSince : unknownSince;
    return facts.computeIfAbsent(column, name -> Facts.unknown(name, since));
  }
}
