package io.runlake.maintenance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a garbage collection is about to delete, written down before its first commit. Once the rows
 * of a run are gone nothing in the tables leads to its points and artifacts; whoever finds the file
 * of a collection that died goes on with it.
 */
record GcIntent(List<String> experiments, List<DoomedRun> runs) {
  private static final ObjectMapper JSON = new ObjectMapper();

  GcIntent {
    experiments = List.copyOf(experiments);
    runs = List.copyOf(runs);
  }

  /** Where they lie. */
  static String folder(String root) {
    return root + "/_runlake/gc";
  }

  boolean empty() {
    return experiments.isEmpty() && runs.isEmpty();
  }

  byte[] toJson() {
    ObjectNode node = JSON.createObjectNode();
    experiments.forEach(node.putArray("experiments")::add);
    ArrayNode all = node.putArray("runs");
    for (DoomedRun run : runs) {
      ObjectNode one = all.addObject();
      one.put("run_id", run.runId());
      one.put("month", run.month());
      one.put("experiment_id", run.experimentId());
      one.put("artifact_uri", run.artifactUri());
    }
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a file.
   *
   * @throws JobException FAILED if it is none of ours
   */
  static GcIntent fromJson(byte[] json, String path) {
    try {
      JsonNode node = JSON.readTree(json);
      List<String> experiments = new ArrayList<>();
      node.required("experiments").forEach(id -> experiments.add(id.asText()));
      List<DoomedRun> runs = new ArrayList<>();
      for (JsonNode one : node.required("runs")) {
        runs.add(
            new DoomedRun(
                one.required("run_id").asText(),
                one.required("month").asText(),
                one.required("experiment_id").asText(),
                one.required("artifact_uri").asText()));
      }
      return new GcIntent(experiments, runs);
    } catch (IOException | IllegalArgumentException e) {
      throw new JobException(
          ExitCode.FAILED,
          "The list "
              + path
              + " of an earlier garbage collection cannot be read: "
              + JobException.firstLine(e)
              + ". Nothing was deleted. Move the file away; artifacts of runs that it names may"
              + " then stay for ever.",
          e);
    }
  }
}
