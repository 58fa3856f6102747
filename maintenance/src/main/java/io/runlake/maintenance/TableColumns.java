package io.runlake.maintenance;

import java.util.Arrays;
import java.util.List;

/** The columns of the tables, as {@code docs/format.md} lists them, partition columns last. */
enum TableColumns {
  EXPERIMENTS(
      "experiment_id name artifact_location lifecycle tags creation_time last_update_time revision"),
  RUNS(
      "run_id experiment_id user source start_time artifact_uri status name lifecycle lease_until"
          + " params tags metrics inputs level month"),
  METRICS("experiment_id run_id key value timestamp step month"),
  REGISTRY(
      "kind name version deleted aliases tags description stage source run_id digest creation_time"
          + " who changed_at why revision"),
  ALERTS("at kind subject message run_id");

  private final List<String> names;

  TableColumns(String names) {
    this.names = Arrays.asList(names.split(" "));
  }

  /** The folder below the root. */
  String table() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  List<String> names() {
    return names;
  }
}
