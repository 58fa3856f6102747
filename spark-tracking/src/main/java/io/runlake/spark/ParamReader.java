package io.runlake.spark;

import io.runlake.autolog.EstimatorFacts;
import io.runlake.autolog.ParamFact;
import io.runlake.autolog.ParamValue;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.classification.OneVsRest;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.ParamPair;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.TrainValidationSplit;

/** Reads params. One reader for one estimator, by one thread. */
final class ParamReader {
  private static final int MAX_ITEMS = 1_000;
  private static final int MAX_MAPS = 10_000;
  private static final int MAX_TEXT = 20_000;
  private static final int MAX_DEPTH = 16;
  private static final int MAX_STAGES = 2_000;

  /** What is being read, from the outermost inwards: a stage that holds itself ends here. */
  private final Set<Object> open = Collections.newSetFromMap(new IdentityHashMap<>());

  private int stages;

  EstimatorFacts read(Params holder) {
    if (holder instanceof TrackedEstimator<?> tracked) {
      return read(tracked.inner());
    }
    stages++;
    open.add(holder);
    List<ParamFact> params = new ArrayList<>();
    for (Param<?> param : paramsOf(holder)) {
      read(holder, param, params);
    }
    open.remove(holder);
    return new EstimatorFacts(holder.getClass().getName(), uid(holder), kind(holder), params);
  }

  private static EstimatorFacts.Kind kind(Params holder) {
    if (holder instanceof Pipeline) {
      return EstimatorFacts.Kind.PIPELINE;
    }
    if (holder instanceof OneVsRest) {
      return EstimatorFacts.Kind.ONE_VS_REST;
    }
    return holder instanceof CrossValidator || holder instanceof TrainValidationSplit
        ? EstimatorFacts.Kind.TUNING
        : EstimatorFacts.Kind.OTHER;
  }

  /** Spark finds params by calling every getter of the class, so one of them can fail them all. */
  private static List<Param<?>> paramsOf(Params holder) {
    try {
      List<Param<?>> params = new ArrayList<>(Arrays.asList(holder.params()));
      params.sort(Comparator.comparing(Param::name));
      return params;
    } catch (Throwable e) {
      return List.of();
    }
  }

  private static String uid(Params holder) {
    try {
      return String.valueOf(holder.uid());
    } catch (Throwable e) {
      return holder.getClass().getName() + "@" + System.identityHashCode(holder);
    }
  }

  private void read(Params holder, Param<?> param, List<ParamFact> into) {
    try {
      if (holder.isDefined(param)) {
        into.add(new ParamFact(param.name(), value(holder.getOrDefault(param), 0)));
      }
    } catch (Throwable e) {
      into.add(new ParamFact(param.name(), unreadable(e)));
    }
  }

  private static ParamValue unreadable(Throwable e) {
    return new ParamValue.Other("<unreadable: " + e.getClass().getSimpleName() + ">");
  }

  private ParamValue value(Object value, int depth) {
    if (value == null) {
      return new ParamValue.None();
    }
    if (value instanceof Boolean flag) {
      return new ParamValue.Flag(flag);
    }
    if (value instanceof Double || value instanceof Float) {
      return new ParamValue.Real(Double.parseDouble(value.toString()));
    }
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return new ParamValue.Whole(((Number) value).longValue());
    }
    if (value instanceof String || value instanceof Character || value instanceof Enum) {
      return new ParamValue.Text(cut(value.toString()));
    }
    if (depth >= MAX_DEPTH) {
      return new ParamValue.Other("...");
    }
    return compound(value, depth);
  }

  private ParamValue compound(Object value, int depth) {
    if (value instanceof Params stage) {
      return stage(stage);
    }
    if (value instanceof Params[] all) {
      return stages(all);
    }
    if (value instanceof ParamMap[] maps) {
      return grid(maps);
    }
    if (value instanceof Vector vector && vector.size() > MAX_ITEMS) {
      return new ParamValue.Other("<vector of " + vector.size() + " elements>");
    }
    if (value.getClass().isArray()) {
      return array(value, depth);
    }
    if (value instanceof List<?> list) {
      List<ParamValue> items = new ArrayList<>();
      list.stream().limit(MAX_ITEMS).forEach(item -> items.add(value(item, depth + 1)));
      return new ParamValue.Items(items, list.size() - items.size());
    }
    return new ParamValue.Other(cut(value.toString()));
  }

  private ParamValue array(Object array, int depth) {
    int length = Array.getLength(array);
    List<ParamValue> items = new ArrayList<>();
    for (int i = 0; i < Math.min(length, MAX_ITEMS); i++) {
      items.add(value(Array.get(array, i), depth + 1));
    }
    return new ParamValue.Items(items, length - items.size());
  }

  private ParamValue stage(Params stage) {
    return tooMuch(stage)
        ? new ParamValue.Other(stage.getClass().getSimpleName())
        : new ParamValue.Stage(read(stage));
  }

  private ParamValue stages(Params[] all) {
    List<EstimatorFacts> facts = new ArrayList<>();
    for (Params stage : all) {
      if (stage != null && !tooMuch(stage)) {
        facts.add(read(stage));
      }
    }
    return new ParamValue.Stages(facts);
  }

  private boolean tooMuch(Params stage) {
    return open.contains(stage) || open.size() >= MAX_DEPTH || stages >= MAX_STAGES;
  }

  private ParamValue grid(ParamMap[] maps) {
    List<List<ParamValue.Setting>> all = new ArrayList<>();
    for (int i = 0; i < Math.min(maps.length, MAX_MAPS); i++) {
      all.add(settings(maps[i]));
    }
    return new ParamValue.Grid(all, maps.length - all.size());
  }

  /** The entries of a param map, ordered by the names of the params. */
  List<ParamValue.Setting> settings(ParamMap map) {
    List<ParamValue.Setting> settings = new ArrayList<>();
    for (ParamPair<?> pair : map.toList()) {
      settings.add(
          new ParamValue.Setting(
              pair.param().parent(), pair.param().name(), gridValue(pair.value())));
    }
    settings.sort(Comparator.comparing(ParamValue.Setting::param));
    return settings;
  }

  /** A tuned param may be a stage of a pipeline itself; its class is enough in a grid. */
  private ParamValue gridValue(Object value) {
    return value instanceof Params stage
        ? new ParamValue.Other(stage.getClass().getSimpleName())
        : value(value, 1);
  }

  private static String cut(String text) {
    return text.length() <= MAX_TEXT
        ? text
        : text.substring(0, MAX_TEXT) + "... (" + (text.length() - MAX_TEXT) + " more characters)";
  }
}
