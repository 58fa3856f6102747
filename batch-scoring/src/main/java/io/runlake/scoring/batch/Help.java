package io.runlake.scoring.batch;

import io.runlake.scoring.SettingKeys;

/** The text of {@code --help}. */
final class Help {
  private Help() {}

  static String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        Scores one night: reads an input with a registered model and replaces the night's rows in a
        Delta table, in one transaction. What cannot be scored goes to <output.path>_quarantine.

        usage: BatchScoringJob --config job.yaml [--key value ...]

        Each key stands in the YAML or is a flag; flags win:
        """);
    text.append(Setting.KEYS.help()).append('\n').append(SettingKeys.exitCodes());
    text.append(
        """

        Example of a job.yaml:
          job: occupancy-nightly
          model: models:/occupancy@champion
          store: delta:/data/runlake
          input:
            format: csv
            path: /data/occupancy/datatest.txt
            schema: "row int, date timestamp, Temperature double, Humidity double, Light double,
              CO2 double, HumidityRatio double, Occupancy int"
            options: {header: true}
          output:
            path: /data/occupancy_scores
          columns: [row, date]
          error-budget: 0.01

        and of a night:
          spark-submit --class io.runlake.scoring.batch.BatchScoringJob runlake-spark.jar \\
            --config job.yaml --date 2015-02-04
        """);
    return text.toString();
  }
}
