package io.runlake.maintenance;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the settings of both jobs have in common. */
final class CommonSettings {
  static final String STORE = "store";
  static final String STORE_HELP =
      "tracking URI or root; default: spark.runlake.tracking.uri, RUNLAKE_TRACKING_URI, and on a"
          + " local master delta:./runlake";
  static final String JSON = "json";
  static final String JSON_HELP = "print one JSON object, alone, on stdout";
  static final String EXIT_CODES =
      """
      Exit codes:
        0  done, or nothing was to be done
        1  something could not be done; what was committed stands, start again
        2  a setting or the store is wrong; nothing was changed
      """;

  private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([dh])");

  private CommonSettings() {}

  static JobSetting store(SettingKeys keys) {
    return of(keys, STORE);
  }

  static JobSetting json(SettingKeys keys) {
    return of(keys, JSON);
  }

  private static JobSetting of(SettingKeys keys, String key) {
    return keys.settings().stream().filter(s -> s.key().equals(key)).findFirst().orElseThrow();
  }

  /** A number of days or hours. */
  static Duration time(String text) {
    Matcher matcher = TIME.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("a time is written as 30d or 12h");
    }
    long number = Long.parseLong(matcher.group(1));
    return matcher.group(2).equals("d") ? Duration.ofDays(number) : Duration.ofHours(number);
  }
}
