package io.runlake.spark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.runlake.store.DatasetRef;
import io.runlake.tracking.Run;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What MLflow recorded of a fit, compared with the run of the same fit here. A difference is one
 * line: {@code param x} (it is not there), {@code param value x} (it is, and differs), and so on.
 */
final class Recording {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Tags whose value does not depend on who trained, where and when. */
  private static final Set<String> FIXED_TAGS =
      Set.of("estimator_name", "estimator_class", "mlflow.autologging", "mlflow.source.type");

  private final JsonNode run;

  private Recording(JsonNode run) {
    this.run = run;
  }

  static Recording read(String resource) {
    try (InputStream in = Recording.class.getResourceAsStream("/mlflow-autolog/" + resource)) {
      JsonNode runs = JSON.readTree(in);
      if (runs.size() != 1) {
        throw new IllegalStateException(resource + " should hold one run with its children.");
      }
      return new Recording(runs.get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many facts there are to compare. */
  int size() {
    int children = 0;
    for (JsonNode child : run.get("children")) {
      children += new Recording(child).size();
    }
    return run.get("params").size()
        + run.get("tags").size()
        + run.get("metrics").size()
        + run.get("artifacts").size()
        + run.get("inputs").size()
        + children;
  }

  /** What differs, in order. */
  Set<String> differences(Run ours, List<Run> ourChildren) {
    Set<String> lines = new TreeSet<>();
    params(ours, lines);
    tags(ours, lines);
    run.get("metrics").fieldNames().forEachRemaining(key -> expect(ours, "metric", key, lines));
    artifacts(ours, lines);
    inputs(ours, lines);
    children(ourChildren, lines);
    return lines;
  }

  private static void expect(Run ours, String what, String key, Set<String> lines) {
    if (!ours.metrics().containsKey(key)) {
      lines.add(what + " " + key);
    }
  }

  private void params(Run ours, Set<String> lines) {
    strings(run.get("params"))
        .forEach(
            (key, value) -> {
              if (!ours.params().containsKey(key)) {
                lines.add("param " + key);
              } else if (!ours.params().get(key).equals(value)) {
                lines.add("param value " + key);
              }
            });
  }

  private void tags(Run ours, Set<String> lines) {
    strings(run.get("tags"))
        .forEach(
            (key, value) -> {
              String held = ours.tags().get(key);
              if (held == null) {
                lines.add("tag " + key);
              } else if (FIXED_TAGS.contains(key) && !held.equals(value)) {
                lines.add("tag value " + key);
              } else if (key.equals(ModelHistory.TAG)) {
                history(parse(value), parse(held), lines);
              }
            });
  }

  /** The models that the tag names, and the fields it has of each. */
  private static void history(JsonNode theirs, JsonNode ours, Set<String> lines) {
    for (JsonNode model : theirs) {
      String path = model.get("artifact_path").asText();
      JsonNode same = MissingNode.getInstance();
      for (JsonNode candidate : ours) {
        if (candidate.path("artifact_path").asText().equals(path)) {
          same = candidate;
        }
      }
      if (same.isMissingNode()) {
        lines.add("logged model " + path);
        continue;
      }
      for (String field : fields(model)) {
        if (!same.has(field)) {
          lines.add("logged model " + path + " " + field);
        }
      }
    }
  }

  private void artifacts(Run ours, Set<String> lines) {
    Set<String> held = files(ours);
    for (JsonNode artifact : run.get("artifacts")) {
      String path = plain(artifact.get("path").asText());
      if (!held.contains(path)) {
        lines.add("artifact " + path);
      }
    }
  }

  private static Set<String> files(Run ours) {
    Path folder = Path.of(URI.create(ours.info().artifactUri()).getPath());
    if (!Files.isDirectory(folder)) {
      return Set.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      Set<String> paths = new HashSet<>();
      files
          .filter(Files::isRegularFile)
          .forEach(file -> paths.add(plain(folder.relativize(file).toString())));
      return paths;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Without what differs from fit to fit and from Spark to Spark: the uids of stages, which on the
   * JVM start with another word than in Python, and the names of the files of one data set.
   */
  private static String plain(String path) {
    return path.replaceAll("(?<=/)(\\d+)_[^/]+_[0-9a-f]{12}(?=/)", "$1_*")
        .replaceAll("part-[^/]*?(?=(\\.crc)?$)", "part-*");
  }

  private void inputs(Run ours, Set<String> lines) {
    for (JsonNode input : run.get("inputs")) {
      String context = input.at("/tags/mlflow.data.context").asText();
      List<DatasetRef> same =
          ours.inputs().stream().filter(held -> held.context().orElse("").equals(context)).toList();
      if (same.isEmpty()) {
        lines.add("input " + context);
        continue;
      }
      JsonNode dataset = input.get("dataset");
      if (same.stream().noneMatch(held -> held.name().equals(dataset.get("name").asText()))) {
        lines.add("input value " + context + ".name");
      }
      if (same.stream()
          .noneMatch(held -> held.kind().equals(dataset.get("source_type").asText()))) {
        lines.add("input value " + context + ".source_type");
      }
      JsonNode columns = parse(dataset.get("schema").asText()).get("mlflow_colspec");
      if (same.stream()
          .noneMatch(
              held -> parse(held.schema().orElse("{}")).path("mlflow_colspec").equals(columns))) {
        lines.add("input value " + context + ".schema");
      }
    }
  }

  private void children(List<Run> ours, Set<String> lines) {
    List<Run> left = new ArrayList<>(ours);
    for (JsonNode node : run.get("children")) {
      Recording child = new Recording(node);
      if (left.isEmpty()) {
        lines.add("child run");
        continue;
      }
      Run nearest =
          left.stream()
              .min(Comparator.comparingInt(run -> child.differences(run, List.of()).size()))
              .orElseThrow();
      left.remove(nearest);
      child.differences(nearest, List.of()).forEach(line -> lines.add("child " + line));
    }
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new TreeMap<>();
    object.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }

  private static List<String> fields(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
