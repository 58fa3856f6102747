package io.runlake.scoring.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.scoring.ExitCode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a job did.
 *
 * @param attempt whose scores stand; by this start or an earlier one
 * @param outputVersion the Delta version that the night wrote; empty when it was done already
 * @param seconds by phase, in the order in which they ran
 */
record JobReport(
    ExitCode exitCode,
    boolean alreadyDone,
    Attempt attempt,
    String modelUri,
    Rows rows,
    String outputPath,
    Optional<Long> outputVersion,
    String quarantinePath,
    Map<String, Double> seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Counts of a night; input = scored + quarantined. */
  record Rows(long input, long scored, long quarantined) {
    double quarantinedShare() {
      return input == 0 ? 0 : (double) quarantined / input;
    }
  }

  /** For people. */
  List<String> summary(double errorBudget) {
    String share = String.format(Locale.ROOT, "%.2f %%", 100 * rows.quarantinedShare());
    return List.of(
        alreadyDone
            ? "Night " + attempt.night() + " is done already: nothing was written."
            : "Night " + attempt.night() + " is done.",
        "  model        "
            + attempt.model()
            + (modelUri.equals(attempt.model()) ? "" : "  (" + modelUri + ")"),
        "  input        " + attempt.input(),
        "  rows         "
            + rows.input()
            + " in = "
            + rows.scored()
            + " scored + "
            + rows.quarantined()
            + " quarantined ("
            + share
            + ")",
        "  scores       "
            + outputPath
            + outputVersion.map(version -> "  (Delta version " + version + ")").orElse(""),
        "  quarantine   " + quarantinePath,
        "  attempt      " + attempt.number() + ", run " + attempt.runId(),
        "  seconds      " + secondsText(),
        exitCode == ExitCode.OVER_BUDGET
            ? "  over budget: " + share + " quarantined, error-budget is " + errorBudget
            : "  exit code    " + exitCode.code());
  }

  private String secondsText() {
    StringBuilder text = new StringBuilder();
    seconds.forEach(
        (phase, value) ->
            text.append(text.isEmpty() ? "" : ", ")
                .append(phase)
                .append(String.format(Locale.ROOT, " %.1f", value)));
    return text.toString();
  }

  /** For programs: one line. */
  String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", alreadyDone ? "already_done" : "done");
    node.put("exit_code", exitCode.code());
    node.put("job", attempt.night().job());
    node.put("logical_date", attempt.night().date().toString());
    node.put("attempt", attempt.number());
    node.put("run_id", attempt.runId());
    node.put("model_uri", modelUri);
    node.put("model", attempt.model());
    node.put("input_version", attempt.input());
    ObjectNode counts = node.putObject("rows");
    counts.put("input", rows.input());
    counts.put("scored", rows.scored());
    counts.put("quarantined", rows.quarantined());
    node.put("output_path", outputPath);
    outputVersion.ifPresentOrElse(
        version -> node.put("output_version", version), () -> node.putNull("output_version"));
    node.put("quarantine_path", quarantinePath);
    ObjectNode phases = node.putObject("seconds");
    seconds.forEach(phases::put);
    return line(node);
  }

  private static String line(ObjectNode node) {
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
