package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import io.runlake.text.NearestMatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.spark.ml.Transformer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * The one row check of batch and streaming: applies a model and splits off what it cannot score.
 *
 * <p>What a stage refuses is told from the stage itself, see {@link RowRules}, and checked by
 * expressions over the input before the stage runs; no job runs, nothing is cached or counted. The
 * input is read once by each of the two results, so it has to answer the same both times. Of stages
 * that are not Spark's own nothing is known: null and NaN in their columns are refused.
 *
 * <p>Reusable for any number of inputs and by several threads.
 */
public final class Scorer {
  private static final String PREDICTION = "prediction";
  private static final String PROBABILITY = "probability";

  private final LoadedModel model;
  private final ScorerOptions options;
  private final List<Transformer> leaves;
  private final List<RowRule> rules;

  /**
   * For one model.
   *
   * @throws ModelException {@code INCOMPATIBLE} when the model drops rows in a way that cannot be
   *     foreseen
   */
  public Scorer(LoadedModel model, ScorerOptions options) {
    this.model = Objects.requireNonNull(model, "model");
    this.options = Objects.requireNonNull(options, "options");
    this.leaves = Leaves.of(model.model());
    Set<String> inputs = names(model.signature(), type -> true);
    this.rules =
        RowRules.of(
            leaves,
            inputs.isEmpty() ? RowRules.rawColumns(leaves) : inputs,
            names(model.signature(), ColumnType.Vector.class::isInstance));
  }

  private static Set<String> names(Optional<Signature> signature, Predicate<ColumnType> wanted) {
    return signature.stream()
        .flatMap(known -> known.inputs().stream())
        .filter(column -> wanted.test(column.type()))
        .map(ColumnSpec::name)
        .flatMap(Optional::stream)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Scores an input, passing all its columns through.
   *
   * @throws ModelException {@code SIGNATURE} when the input lacks a column, has one of a wrong type
   *     or one that is called like a result; before any data is read
   */
  public Scored score(Dataset<Row> input) {
    List<String> all =
        Arrays.stream(input.columns())
            .filter(name -> !options.corruptColumn().equals(Optional.of(name)))
            .toList();
    return score(input, all);
  }

  /** Scores an input, passing the named columns through, in this order. */
  public Scored score(Dataset<Row> input, List<String> passThrough) {
    return score(input, passThrough, List.of());
  }

  /**
   * Scores an input.
   *
   * @param passThrough the columns that the scored rows carry, in this order
   * @param kept columns that say where a row comes from: the rows that cannot be scored carry them
   *     as columns of their own, behind the others, and not within {@code row}
   */
  public Scored score(Dataset<Row> input, List<String> passThrough, List<String> kept) {
    StructType schema = input.schema();
    checkNames(schema, passThrough);
    return new Scoring(this, input, passThrough, kept, bind(schema)).run();
  }

  /**
   * 64 hex digits that change when the row check or the signature changes, and do not depend on the
   * input.
   */
  public String checkHash() {
    StringBuilder text = new StringBuilder("row check 1\n");
    text.append(model.signature().map(Signature::toJson).orElse("no signature")).append('\n');
    text.append(options.corruptColumn().orElse("")).append('\n');
    text.append(options.parseStrings()).append('\n');
    rules.forEach(rule -> text.append(rule.describe()).append('\n'));
    return ModelManifest.sha256Hex(text.toString());
  }

  private InputBinding bind(StructType schema) {
    return model
        .signature()
        .map(signature -> InputBinding.of(signature, schema, options.parseStrings(), model.path()))
        .orElseGet(
            () ->
                InputBinding.of(SignatureInference.wanted(usable(schema), model.model()), schema));
  }

  /** Without a signature the model itself is asked which columns it takes; name those it lacks. */
  private StructType usable(StructType schema) {
    List<String> names = List.of(schema.fieldNames());
    List<String> missing =
        RowRules.rawColumns(leaves).stream().filter(name -> !names.contains(name)).toList();
    try {
      SignatureInference.outputOf(model.model(), schema);
    } catch (ModelException e) {
      throw new ModelException(
          Kind.SIGNATURE,
          model.path(),
          "The model at "
              + model.path()
              + " does not take this input"
              + (missing.isEmpty() ? "" : "; it lacks " + missing)
              + "; it has "
              + names
              + ". "
              + e.getMessage(),
          e);
    }
    return schema;
  }

  private void checkNames(StructType schema, List<String> passThrough) {
    List<String> names = List.of(schema.fieldNames());
    if (new LinkedHashSet<>(names).size() != names.size()) {
      throw signature("The input has two columns of one name: " + names);
    }
    if (new LinkedHashSet<>(passThrough).size() != passThrough.size()) {
      throw signature("A column is to be passed through twice: " + passThrough);
    }
    for (String name : passThrough) {
      if (!names.contains(name)) {
        throw signature(
            "The column '"
                + name
                + "' is to be passed through, but the input has "
                + names
                + NearestMatch.hint(name, names));
      }
    }
    Set<String> results = new LinkedHashSet<>(options.generated());
    results.addAll(List.of(PREDICTION, PROBABILITY));
    leaves.forEach(
        leaf -> {
          Leaves.text(leaf, "predictionCol").ifPresent(results::add);
          Leaves.text(leaf, "probabilityCol").ifPresent(results::add);
        });
    for (String name : names) {
      if (results.contains(name)) {
        throw signature(
            "The input already has a column '"
                + name
                + "', which is what the model calls a result; rename or drop it before scoring");
      }
    }
  }

  private ModelException signature(String message) {
    return new ModelException(Kind.SIGNATURE, model.path(), message);
  }

  List<Transformer> leaves() {
    return leaves;
  }

  ScorerOptions options() {
    return options;
  }

  /** All rules for one input: what the reader and the types refuse first, then the stages' own. */
  List<RowRule> rulesFor(InputBinding binding, StructType schema, List<String> kept) {
    List<RowRule> all = new ArrayList<>();
    options
        .corruptColumn()
        .filter(name -> List.of(schema.fieldNames()).contains(name))
        .ifPresent(name -> all.add(new RowRule.Parsed("parse", name, 0, hashOf(schema, kept))));
    all.addAll(binding.rules());
    rules.stream()
        .filter(rule -> rule.position() > 0 || binding.feeds().containsKey(rule.column()))
        .forEach(all::add);
    return all;
  }

  /** Of what the reader parses. Spark hashes no maps. */
  private static Column hashOf(StructType schema, List<String> kept) {
    return functions.xxhash64(
        Arrays.stream(schema.fields())
            .filter(field -> !kept.contains(field.name()))
            .map(
                field ->
                    field.dataType().sql().contains("MAP<")
                        ? functions.to_json(InputBinding.quoted(field.name()))
                        : InputBinding.quoted(field.name()))
            .toArray(Column[]::new));
  }

  /** The model's columns that the result has, by the name that they get there. */
  Map<String, String> results(StructType transformed) {
    List<String> names = List.of(transformed.fieldNames());
    Map<String, String> results = new LinkedHashMap<>();
    SignatureInference.predictionColumn(model.model(), transformed)
        .ifPresent(name -> results.put(PREDICTION, name));
    for (int i = leaves.size() - 1; i >= 0 && !results.containsKey(PROBABILITY); i--) {
      Leaves.text(leaves.get(i), "probabilityCol")
          .filter(names::contains)
          .ifPresent(name -> results.put(PROBABILITY, name));
    }
    for (String name : options.generated()) {
      if (!names.contains(name)) {
        throw signature(
            "The model makes no column '"
                + name
                + "', only "
                + leaves.stream().flatMap(leaf -> Leaves.outputs(leaf).stream()).toList());
      }
      results.putIfAbsent(name, name);
    }
    return results;
  }
}
