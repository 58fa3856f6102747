package io.runlake.scoring;

import io.runlake.text.NearestMatch;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The flags of a command line: {@code --key value} or {@code --key=value}, one for each key.
 *
 * @param config the file that {@code --config} names
 */
record Flags(Optional<String> config, Map<String, Object> values) {
  private static final String CONFIG = "config";

  static Flags parse(List<String> arguments, SettingKeys settings) {
    Map<String, Object> values = new LinkedHashMap<>();
    Optional<String> config = Optional.empty();
    int i = 0;
    while (i < arguments.size()) {
      String argument = arguments.get(i++);
      if (!argument.startsWith("--")) {
        throw JobException.badInput(
            "Unexpected argument '" + argument + "': flags are --key value; --help lists them.");
      }
      int equals = argument.indexOf('=');
      String key = equals < 0 ? argument.substring(2) : argument.substring(2, equals);
      String value = equals < 0 ? null : argument.substring(equals + 1);
      Optional<JobSetting> setting = settings.of(key);
      if (setting.isEmpty() && !key.equals(CONFIG)) {
        throw unknown(key, settings);
      }
      if (value == null && setting.isPresent() && setting.get().kind() == JobSetting.Kind.FLAG) {
        value = "true";
      } else if (value == null) {
        if (i == arguments.size()) {
          throw JobException.badInput("Flag --" + key + " needs a value: --" + key + " VALUE.");
        }
        value = arguments.get(i++);
      }
      if (key.equals(CONFIG)) {
        config = Optional.of(value);
      } else {
        values.put(key, value);
      }
    }
    return new Flags(config, values);
  }

  private static JobException unknown(String key, SettingKeys settings) {
    List<String> known = new ArrayList<>(settings.keys());
    known.add(CONFIG);
    known.add("help");
    return JobException.badInput("Unknown flag '--" + key + "'" + NearestMatch.hint(key, known));
  }
}
