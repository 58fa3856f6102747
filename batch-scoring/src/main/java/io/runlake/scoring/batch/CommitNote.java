package io.runlake.scoring.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a commit says about itself in Delta's {@code userMetadata}: who reads the table's history
 * sees the night, the run and the model. It differs from every other commit's.
 */
record CommitNote(Attempt attempt, String transaction) {
  private static final ObjectMapper JSON = new ObjectMapper();

  String json() {
    ObjectNode node = JSON.createObjectNode();
    node.put("runlake.transaction", transaction);
    node.put("job", attempt.night().job());
    node.put("logical_date", attempt.night().date().toString());
    node.put("attempt", attempt.number());
    node.put("run_id", attempt.runId());
    node.put("model", attempt.model());
    node.put("input_version", attempt.input());
    try {
      return JSON.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
