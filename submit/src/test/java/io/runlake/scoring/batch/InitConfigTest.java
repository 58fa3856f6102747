package io.runlake.scoring.batch;

import io.runlake.cli.InitConfigContract;
import java.util.List;
import java.util.Map;

/** {@code runlake init --kind batch}. */
class InitConfigTest extends InitConfigContract {
  InitConfigTest() {
    super(
        "batch",
        Setting.KEYS,
        Map.of(
            "job", "nightly",
            "model", "models:/occupancy@champion",
            "date", "2015-02-04",
            "input.path", "/data/readings",
            "output.path", "/data/scores"));
  }

  @Override
  protected Object read(List<String> arguments) {
    return SettingsReader.read(arguments);
  }
}
