package io.runlake.scoring.streaming;

import io.runlake.cli.InitConfigContract;
import java.util.List;
import java.util.Map;

/** {@code runlake init --kind stream}. */
class InitConfigTest extends InitConfigContract {
  InitConfigTest() {
    super(
        "stream",
        Setting.KEYS,
        Map.of(
            "job", "readings",
            "model", "models:/occupancy@champion",
            "input.path", "/data/arriving",
            "output.path", "/data/scores",
            "checkpoint", "/data/checkpoints/readings"));
  }

  @Override
  protected Object read(List<String> arguments) {
    return SettingsReader.read(arguments);
  }
}
