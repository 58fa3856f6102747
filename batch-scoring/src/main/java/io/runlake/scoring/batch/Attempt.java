package io.runlake.scoring.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ScoringModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One start of a night, as its claim says. Written once, before any row, and never changed.
 *
 * @param number from 1; greater than that of every earlier attempt at the night
 * @param model which model, see {@link ScoringModel#identity()}
 * @param input the input version
 */
record Attempt(
    Night night, long number, String model, String input, String runId, Instant started) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Whether scoring again would give the same rows. */
  boolean sameWork(String otherModel, String otherInput) {
    return model.equals(otherModel) && input.equals(otherInput);
  }

  byte[] toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", night.job());
    node.put("logical_date", night.date().toString());
    node.put("attempt", number);
    node.put("model", model);
    node.put("input_version", input);
    node.put("run_id", runId);
    node.put("started", started.toString());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Reads a claim.
   *
   * @throws JobException FAILED if it is not one
   */
  static Attempt fromJson(Night night, byte[] json, String path) {
    try {
      JsonNode node = JSON.readTree(json);
      return new Attempt(
          night,
          node.required("attempt").asLong(),
          node.required("model").asText(),
          node.required("input_version").asText(),
          node.required("run_id").asText(),
          Instant.parse(node.required("started").asText()));
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
      throw new JobException(
          ExitCode.FAILED,
          "The claim "
              + path
              + " cannot be read: "
              + new String(json, 0, Math.min(json.length, 80), StandardCharsets.UTF_8)
              + ". It was written by something else, or damaged; move it away and use --force.",
          e);
    }
  }
}
