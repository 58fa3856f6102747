package io.runlake.autolog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.autolog.ParamValue.Setting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The file {@code search_results.csv} as MLflow writes it: for each param map the map as JSON, its
 * results, and its params in columns {@code param.<Stage.param>}; quoted as RFC 4180 says.
 */
final class SearchResults {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SearchResults() {}

  static String csv(TuningFacts tuning, StageNames names) {
    Set<String> results = new LinkedHashSet<>();
    Set<String> params = new LinkedHashSet<>();
    List<Map<String, Setting>> maps = new ArrayList<>();
    for (TrialFacts trial : tuning.trials()) {
      Map<String, Setting> map = new LinkedHashMap<>();
      trial.settings().forEach(setting -> map.put(TuningRules.name(setting, names), setting));
      maps.add(map);
      params.addAll(map.keySet());
      results.addAll(TuningRules.results(tuning, trial).keySet());
    }
    StringBuilder csv = new StringBuilder();
    List<String> header = new ArrayList<>(List.of("params"));
    header.addAll(results);
    params.forEach(param -> header.add("param." + param));
    line(csv, header);
    for (int i = 0; i < maps.size(); i++) {
      Map<String, Setting> map = maps.get(i);
      Map<String, Double> values = TuningRules.results(tuning, tuning.trials().get(i));
      List<String> cells = new ArrayList<>(List.of(json(map, names)));
      results.forEach(key -> cells.add(number(values.get(key))));
      params.forEach(param -> cells.add(cell(map.get(param), names)));
      line(csv, cells);
    }
    return csv.toString();
  }

  /** A missing value and one that is no number are both empty, as pandas writes them. */
  private static String number(Double value) {
    return value == null || value.isNaN() ? "" : PythonText.real(value);
  }

  private static String cell(Setting setting, StageNames names) {
    return setting == null || setting.value() instanceof ParamValue.None
        ? ""
        : PythonText.str(setting.value(), names);
  }

  private static String json(Map<String, Setting> map, StageNames names) {
    List<String> entries = new ArrayList<>();
    map.forEach(
        (name, setting) ->
            entries.add(text(name) + ": " + text(EstimatorInfo.plain(setting.value(), names))));
    return "{" + String.join(", ", entries) + "}";
  }

  private static String text(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A string or a number did not become JSON.", e);
    }
  }

  private static void line(StringBuilder csv, List<String> cells) {
    List<String> quoted = cells.stream().map(SearchResults::quoted).toList();
    csv.append(String.join(",", quoted)).append('\n');
  }

  private static String quoted(String cell) {
    return cell.chars().anyMatch(c -> c == '"' || c == ',' || c == '\n' || c == '\r')
        ? '"' + cell.replace("\"", "\"\"") + '"'
        : cell;
  }
}
