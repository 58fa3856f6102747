package io.runlake.benchmarks;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The result of a benchmark.
 *
 * @param ours the median of our samples
 * @param rival the median of the rival's
 * @param ratio {@code ours / rival}
 * @param n how many samples each side has
 * @param min the least ratio of two samples of one turn
 * @param max the greatest
 * @param details what else was measured, in any shape that JSON has
 */
record Figures(
    String name,
    double ours,
    double rival,
    String unit,
    double ratio,
    int n,
    double min,
    double max,
    Map<String, Object> details) {

  /** Of two series that were taken in turns. */
  static Figures of(
      String name, String unit, Samples ours, Samples rival, Map<String, Object> details) {
    Samples ratios = ours.over(rival);
    return new Figures(
        name,
        ours.median(),
        rival.median(),
        unit,
        ours.median() / rival.median(),
        ratios.values().size(),
        ratios.min(),
        ratios.max(),
        details);
  }

  /**
   * Of one series, beside a goal and what the peer was measured at on another machine of the kind.
   *
   * @param reached whether the median is as good as the goal
   * @param peer the peer's figures by their names, the one to compare with first
   */
  static Figures toGoal(
      String name,
      String unit,
      Samples ours,
      double goal,
      boolean reached,
      Map<String, Double> peer,
      Map<String, Object> details) {
    double rival = peer.values().iterator().next();
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("goal", goal);
    told.put("reached", reached);
    told.put("peer", peer);
    told.put("ours_spread", ours.spread());
    told.putAll(details);
    return new Figures(
        name,
        ours.median(),
        rival,
        unit,
        ours.median() / rival,
        ours.values().size(),
        ours.min() / rival,
        ours.max() / rival,
        told);
  }

  /** One line of JSON. */
  String json() throws JsonProcessingException {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("name", name);
    object.put("ours", rounded(ours));
    object.put("rival", rounded(rival));
    object.put("unit", unit);
    object.put("ratio", rounded(ratio));
    object.put("n", n);
    object.put("min", rounded(min));
    object.put("max", rounded(max));
    object.putAll(details);
    return new ObjectMapper().writeValueAsString(object);
  }

  /** Four digits: more would be noise. */
  static BigDecimal rounded(double value) {
    return new BigDecimal(value).round(new MathContext(4));
  }
}
