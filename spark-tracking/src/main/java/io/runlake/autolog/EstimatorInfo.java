package io.runlake.autolog;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The file {@code estimator_info.json} that MLflow writes for estimators with stages inside: the
 * hierarchy, and for each tuning estimator the grid and the params of what is tuned.
 */
final class EstimatorInfo {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private EstimatorInfo() {}

  /** The file's text; empty for an estimator that holds no other. */
  static Optional<String> json(EstimatorFacts root, StageNames names) {
    List<EstimatorFacts> all = StageNames.depthFirst(root);
    if (all.size() == 1 && root.kind() == EstimatorFacts.Kind.OTHER) {
      return Optional.empty();
    }
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("hierarchy", hierarchy(root, names));
    for (EstimatorFacts stage : all) {
      if (stage.kind() == EstimatorFacts.Kind.TUNING) {
        info.put(names.of(stage.uid()), tuning(stage, names));
      }
    }
    return Optional.of(text(info));
  }

  /** Maps, lists and what {@link #plain} gives, as indented JSON. */
  static String text(Object info) {
    try {
      return JSON.writeValueAsString(info);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Maps, lists and strings did not become JSON.", e);
    }
  }

  private static Map<String, Object> hierarchy(EstimatorFacts stage, StageNames names) {
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("name", names.of(stage.uid()));
    Map<String, Object> others = new LinkedHashMap<>();
    for (ParamFact param : stage.params()) {
      if (param.value() instanceof ParamValue.Stages nested) {
        node.put("stages", nested.stages().stream().map(s -> hierarchy(s, names)).toList());
      } else if (param.value() instanceof ParamValue.Stage nested) {
        String key = keyInHierarchy(stage.kind(), param.name());
        (key.isEmpty() ? others : node)
            .put(key.isEmpty() ? param.name() : key, hierarchy(nested.facts(), names));
      }
    }
    if (!others.isEmpty()) {
      node.put("params", others);
    }
    return node;
  }

  private static String keyInHierarchy(EstimatorFacts.Kind kind, String param) {
    return switch (kind) {
      case ONE_VS_REST -> param.equals("classifier") ? "classifier" : "";
      case TUNING ->
          switch (param) {
            case "estimator" -> "tuned_estimator";
            case "evaluator" -> "evaluator";
            default -> "";
          };
      default -> "";
    };
  }

  private static Map<String, Object> tuning(EstimatorFacts stage, StageNames names) {
    List<Map<String, Object>> maps = new ArrayList<>();
    Map<String, Object> tuned = new LinkedHashMap<>();
    for (ParamFact param : stage.params()) {
      if (param.value() instanceof ParamValue.Grid grid) {
        grid.maps().forEach(map -> maps.add(settings(map, names)));
      } else if (param.name().equals("estimator")
          && param.value() instanceof ParamValue.Stage estimator) {
        ParamNames.flatten(estimator.facts(), 1, names)
            .forEach((key, value) -> tuned.put(key, plain(value, names)));
      }
    }
    Map<String, Object> node = new LinkedHashMap<>();
    node.put("tuning_parameter_map_list", maps);
    node.put("tuned_estimator_parameter_map", tuned);
    return node;
  }

  private static Map<String, Object> settings(List<ParamValue.Setting> map, StageNames names) {
    Map<String, Object> node = new LinkedHashMap<>();
    map.forEach(s -> node.put(names.of(s.owner()) + "." + s.param(), plain(s.value(), names)));
    return node;
  }

  /** Values as JSON has them; what JSON lacks (NaN, a vector) as Python's text. */
  static Object plain(ParamValue value, StageNames names) {
    if (value instanceof ParamValue.None) {
      return null;
    }
    if (value instanceof ParamValue.Flag flag) {
      return flag.value();
    }
    if (value instanceof ParamValue.Whole whole) {
      return whole.value();
    }
    if (value instanceof ParamValue.Real real && Double.isFinite(real.value())) {
      return real.value();
    }
    if (value instanceof ParamValue.Items items && items.omitted() == 0) {
      List<Object> list = new ArrayList<>();
      items.values().forEach(item -> list.add(plain(item, names)));
      return list;
    }
    if (value instanceof ParamValue.Stages stages) {
      return stages.stages().stream().map(s -> names.of(s.uid())).toList();
    }
    return PythonText.str(value, names);
  }
}
