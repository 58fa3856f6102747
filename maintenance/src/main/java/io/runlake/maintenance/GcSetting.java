package io.runlake.maintenance;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.util.Optional;

/** Every setting of {@link GcJob}. */
public enum GcSetting implements JobSetting {
  STORE(CommonSettings.STORE, Kind.TEXT, null, CommonSettings.STORE_HELP),
  OLDER_THAN(
      "older-than",
      Kind.TEXT,
      "30d",
      "what was deleted longer ago than this goes for good, as 30d or 12h"),
  DRY_RUN("dry-run", Kind.FLAG, "false", "only say what would go"),
  JSON(CommonSettings.JSON, Kind.FLAG, "false", CommonSettings.JSON_HELP);

  /** All of them. */
  public static final SettingKeys KEYS = SettingKeys.of(values());

  private final Description description;

  GcSetting(String key, Kind kind, String defaultValue, String help) {
    this.description = new Description(key, kind, Optional.ofNullable(defaultValue), false, help);
  }

  @Override
  public Description description() {
    return description;
  }
}
