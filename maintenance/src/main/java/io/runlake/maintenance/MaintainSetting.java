package io.runlake.maintenance;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.util.Optional;

/** Every setting of {@link MaintainJob}. */
public enum MaintainSetting implements JobSetting {
  STORE(CommonSettings.STORE, Kind.TEXT, null, CommonSettings.STORE_HELP),
  FILE_SIZE(
      "file-size",
      Kind.INTEGER,
      "128",
      "MiB of a data file, roughly; a month that is smaller becomes one file"),
  DRY_RUN("dry-run", Kind.FLAG, "false", "only say what would be rewritten"),
  JSON(CommonSettings.JSON, Kind.FLAG, "false", CommonSettings.JSON_HELP);

  /** All of them. */
  public static final SettingKeys KEYS = SettingKeys.of(values());

  private final Description description;

  MaintainSetting(String key, Kind kind, String defaultValue, String help) {
    this.description = new Description(key, kind, Optional.ofNullable(defaultValue), false, help);
  }

  @Override
  public Description description() {
    return description;
  }
}
