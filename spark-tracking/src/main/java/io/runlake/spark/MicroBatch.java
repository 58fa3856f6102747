package io.runlake.spark;

import io.runlake.store.DatasetRef;
import java.util.List;
import java.util.Optional;

/**
 * The batch of a streaming query that data is made of: what is said of batch after batch is one
 * series, whose steps are the numbers of the batches.
 *
 * @param query the id of the query
 */
record MicroBatch(String query, long number) {
  private static final String STREAM = "stream";

  /** Empty for data that is made of none. */
  static Optional<MicroBatch> of(List<DatasetRef> inputs) {
    return inputs.stream()
        .filter(input -> input.kind().equals(STREAM))
        .flatMap(input -> input.version().flatMap(v -> numbered(input.name(), v)).stream())
        .findFirst();
  }

  private static Optional<MicroBatch> numbered(String query, String number) {
    try {
      return Optional.of(new MicroBatch(query, Long.parseLong(number)));
    } catch (NumberFormatException other) {
      return Optional.empty();
    }
  }

  /** The inputs with a query in place of each of its batches, so that a run has it once. */
  static List<DatasetRef> whole(List<DatasetRef> inputs) {
    return inputs.stream()
        .map(
            input ->
                input.kind().equals(STREAM)
                    ? new DatasetRef(
                        STREAM,
                        input.name(),
                        Optional.empty(),
                        input.context(),
                        Optional.empty(),
                        input.schema())
                    : input)
        .toList();
  }
}
