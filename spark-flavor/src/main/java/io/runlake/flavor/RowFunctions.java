package io.runlake.flavor;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.api.java.UDF1;

/** What rules compute on executors: classes made for the trip, no lambdas. */
final class RowFunctions {
  private RowFunctions() {}

  /** Whether a label is one of those that training saw. */
  static final class KnownLabel implements UDF1<String, Boolean> {
    private static final long serialVersionUID = 1L;
    private final HashSet<String> labels;

    KnownLabel(Set<String> labels) {
      this.labels = new HashSet<>(labels);
    }

    @Override
    public Boolean call(String label) {
      return labels.contains(label);
    }
  }

  /** Why a vector has not the wanted size, or null. */
  static final class VectorSize implements UDF1<Vector, String> {
    private static final long serialVersionUID = 1L;
    private final int size;

    VectorSize(int size) {
      this.size = size;
    }

    @Override
    public String call(Vector vector) {
      return vector == null || vector.size() == size
          ? null
          : "the vector has " + vector.size() + " values, not " + size;
    }
  }

  /** Which category of a vector training did not see, or null. */
  static final class VectorCategories implements UDF1<Vector, String> {
    private static final long serialVersionUID = 1L;
    private final TreeMap<Integer, HashSet<Double>> known = new TreeMap<>();

    VectorCategories(SortedMap<Integer, SortedSet<Double>> known) {
      known.forEach((index, values) -> this.known.put(index, new HashSet<>(values)));
    }

    @Override
    public String call(Vector vector) {
      if (vector == null) {
        return null;
      }
      for (var entry : known.entrySet()) {
        int index = entry.getKey();
        if (index >= vector.size()) {
          return "the vector has only " + vector.size() + " values";
        }
        // adding 0.0 makes one of the two zeros, which compare as equal numbers but not as keys
        if (!entry.getValue().contains(vector.apply(index) + 0.0)) {
          return "the category "
              + vector.apply(index)
              + " at index "
              + index
              + " was not seen in training";
        }
      }
      return null;
    }
  }

  /** Which value of a vector is no count (or neither 0 nor 1), or null. */
  static final class VectorCounts implements UDF1<Vector, String> {
    private static final long serialVersionUID = 1L;
    private final boolean zeroOrOne;

    VectorCounts(boolean zeroOrOne) {
      this.zeroOrOne = zeroOrOne;
    }

    @Override
    public String call(Vector vector) {
      if (vector == null) {
        return null;
      }
      for (double value : vector.toArray()) {
        if (zeroOrOne ? value != 0.0 && value != 1.0 : !(value >= 0.0)) {
          return "the value " + value + " is " + (zeroOrOne ? "neither 0 nor 1" : "not 0 or more");
        }
      }
      return null;
    }
  }
}
