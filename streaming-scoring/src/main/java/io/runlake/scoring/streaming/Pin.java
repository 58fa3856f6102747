package io.runlake.scoring.streaming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.flavor.ModelUri;
import io.runlake.registry.ResolvedModel;
import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobException;
import io.runlake.scoring.ScoringModel;
import io.runlake.store.RunId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a batch is scored with, written once before its first row: whoever does the batch again does
 * the same.
 *
 * @param checkHash of the row check, see {@link io.runlake.flavor.Scorer#checkHash()}
 * @param runId the run that began the batch; its rows carry it
 * @param at the {@code scored_at} of the batch's rows
 * @param refused models that were wanted and not used
 */
record Pin(
    long batch,
    String queryId,
    String checkHash,
    ResolvedModel model,
    String runId,
    Instant at,
    List<Refusal> refused) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A model that was not used, and why. */
  record Refusal(String model, String reason) {}

  Pin {
    refused = List.copyOf(refused);
  }

  ScoringModel scoringModel() {
    String uri =
        model.name().isPresent() && model.version().isPresent()
            ? "models:/" + model.name().get() + "/" + model.version().get()
            : model.path();
    return new ScoringModel(ModelUri.parse(uri), model);
  }

  byte[] toJson() {
    ObjectNode node = JSON.createObjectNode();
    node.put("batch", batch);
    node.put("query_id", queryId);
    node.put("check_hash", checkHash);
    node.put("model_path", model.path());
    node.put("model_name", model.name().orElse(null));
    node.put("model_version", model.version().orElse(null));
    node.put("model_run_id", model.runId().map(RunId::toString).orElse(null));
    node.put("model_digest", model.digest().orElse(null));
    node.put("run_id", runId);
    node.put("at", at.toString());
    ArrayNode list = node.putArray("refused");
    refused.forEach(
        each -> list.addObject().put("model", each.model()).put("reason", each.reason()));
    return node.toPrettyString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads a pin.
   *
   * @throws JobException FAILED if it is not one
   */
  static Pin fromJson(byte[] json, String path) {
    try {
      JsonNode node = JSON.readTree(json);
      List<Refusal> refused = new ArrayList<>();
      node.path("refused")
          .forEach(
              each ->
                  refused.add(
                      new Refusal(each.path("model").asText(), each.path("reason").asText())));
      return new Pin(
          node.required("batch").asLong(),
          node.required("query_id").asText(),
          node.required("check_hash").asText(),
          new ResolvedModel(
              node.required("model_path").asText(),
              text(node, "model_name"),
              text(node, "model_version").map(Integer::valueOf),
              text(node, "model_run_id").map(RunId::new),
              text(node, "model_digest")),
          node.required("run_id").asText(),
          Instant.parse(node.required("at").asText()),
          refused);
    } catch (IOException | IllegalArgumentException | DateTimeException e) {
      throw new JobException(
          ExitCode.FAILED,
          "The pin "
              + path
              + " cannot be read: "
              + new String(json, 0, Math.min(json.length, 80), StandardCharsets.UTF_8)
              + ". It was written by something else, or damaged.",
          e);
    }
  }

  private static Optional<String> text(JsonNode node, String name) {
    return Optional.ofNullable(node.path(name).asText(null)).filter(text -> !text.equals("null"));
  }
}
