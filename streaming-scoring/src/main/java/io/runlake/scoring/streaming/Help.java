package io.runlake.scoring.streaming;

import io.runlake.scoring.SettingKeys;

/** The text of {@code --help}. */
final class Help {
  private Help() {}

  static String text() {
    return """
        Scores a stream: reads new files or new rows of a Delta table with a registered model and
        appends to a Delta table, each row once. What cannot be scored goes to
        <output.path>_quarantine. The alias of the model is looked at once per batch.

        usage: StreamingScoringJob --config job.yaml [--key value ...]

        Each key stands in the YAML or is a flag; flags win:
        """
        + Setting.KEYS.help()
        + "\n"
        + SettingKeys.exitCodes()
        + """

        Stop it with SIGTERM or with: runlake stream stop --checkpoint <checkpoint>

        Example of a job.yaml:
          job: occupancy-stream
          model: models:/occupancy@champion
          store: delta:/data/runlake
          input:
            format: csv
            path: /data/arriving
            schema: "row int, date timestamp, Temperature double, Humidity double, Light double,
              CO2 double, HumidityRatio double, Occupancy int"
            options: {header: true}
          output:
            path: /data/occupancy_stream
          checkpoint: /data/checkpoints/occupancy-stream
          trigger: 10 seconds
          max-files-per-trigger: 100
          columns: [row, date]
        """;
  }
}
