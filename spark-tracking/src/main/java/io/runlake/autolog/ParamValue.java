package io.runlake.autolog;

import java.util.List;
import java.util.Objects;

/** The value of a param, copied out of Spark. */
public sealed interface ParamValue {

  /** No value. */
  record None() implements ParamValue {}

  /** A truth value. */
  record Flag(boolean value) implements ParamValue {}

  /** A whole number. */
  record Whole(long value) implements ParamValue {}

  /** A number with a fraction. */
  record Real(double value) implements ParamValue {}

  /** A string. */
  record Text(String value) implements ParamValue {
    public Text {
      Objects.requireNonNull(value, "value");
    }
  }

  /** What has no counterpart here (a vector, a function), as its own words; never quoted. */
  record Other(String text) implements ParamValue {
    public Other {
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * An array or a list.
   *
   * @param omitted how many elements after these were left out, because a run is no place for them
   */
  record Items(List<ParamValue> values, long omitted) implements ParamValue {
    public Items {
      values = List.copyOf(values);
    }
  }

  /** Something that has params itself: an estimator, an evaluator, a stage of a pipeline. */
  record Stage(EstimatorFacts facts) implements ParamValue {
    public Stage {
      Objects.requireNonNull(facts, "facts");
    }
  }

  /** The stages of a pipeline. */
  record Stages(List<EstimatorFacts> stages) implements ParamValue {
    public Stages {
      stages = List.copyOf(stages);
    }
  }

  /**
   * The combinations of params that a tuning estimator tries.
   *
   * @param omitted how many maps after these were left out
   */
  record Grid(List<List<Setting>> maps, long omitted) implements ParamValue {
    public Grid {
      maps = maps.stream().map(List::copyOf).toList();
    }
  }

  /**
   * One entry of a param map.
   *
   * @param owner the uid of the stage whose param it is
   */
  record Setting(String owner, String param, ParamValue value) {
    public Setting {
      Objects.requireNonNull(owner, "owner");
      Objects.requireNonNull(param, "param");
      Objects.requireNonNull(value, "value");
    }
  }
}
