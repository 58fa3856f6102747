package io.runlake.scoring.streaming;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.scoring.ExitCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one start of a query did.
 *
 * @param reason why it ended
 * @param queryId empty if the query never got one
 * @param batches that this start finished
 * @param replayed those of them that an earlier start had written already
 * @param models rows scored, by model
 * @param seconds by phase
 */
record StreamReport(
    ExitCode exitCode,
    String reason,
    String job,
    String runId,
    Optional<String> queryId,
    long batches,
    long replayed,
    long input,
    long scored,
    long quarantined,
    Map<String, Long> models,
    String outputPath,
    String quarantinePath,
    String checkpoint,
    Map<String, Double> seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** For people. */
  List<String> summary() {
    return List.of(
        "Stream '" + job + "' ended: " + reason + ".",
        "  rows         "
            + input
            + " in = "
            + scored
            + " scored + "
            + quarantined
            + " quarantined, in "
            + batches
            + " batches"
            + (replayed == 0 ? "" : " (" + replayed + " of them written by an earlier start)"),
        "  models       " + models,
        "  scores       " + outputPath,
        "  quarantine   " + quarantinePath,
        "  checkpoint   " + checkpoint,
        "  query        " + queryId.orElse("none") + ", run " + runId,
        "  exit code    " + exitCode.code());
  }

  /** For programs: one line. */
  String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("status", exitCode == ExitCode.DONE ? "done" : "over_budget");
    node.put("exit_code", exitCode.code());
    node.put("reason", reason);
    node.put("job", job);
    node.put("run_id", runId);
    node.put("query_id", queryId.orElse(null));
    node.put("batches", batches);
    node.put("batches_replayed", replayed);
    ObjectNode rows = node.putObject("rows");
    rows.put("input", input);
    rows.put("scored", scored);
    rows.put("quarantined", quarantined);
    ObjectNode byModel = node.putObject("rows_by_model");
    models.forEach(byModel::put);
    node.put("output_path", outputPath);
    node.put("quarantine_path", quarantinePath);
    node.put("checkpoint", checkpoint);
    ObjectNode phases = node.putObject("seconds");
    seconds.forEach(phases::put);
    return node.toString();
  }
}
