package io.runlake.spark;

import io.runlake.text.NearestMatch;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a session says about autologging. A value that cannot be read or a key that does not exist
 * is one warning and the default: the user's job goes on.
 *
 * @param trackingUri where runs go; empty if nothing says so and the default would vanish with its
 *     container, on a master that is not local
 * @param experiment the experiment of the runs, made if it does not exist
 * @param enabled whether fits are logged at all
 * @param models whether fitted models are saved
 * @param signatures whether saved models get a signature
 * @param examples whether saved models get an input example, which costs a Spark job
 * @param registeredModel the registered model that saved models become versions of
 * @param jobSummaries whether summary figures are wanted that cost Spark jobs
 * @param inputs whether the tables that a fit reads are logged
 * @param saveTimeout how long a fit waits for its model to be saved
 * @param flushInterval how long what is logged may wait before it is written
 * @param evaluations whether woven evaluations outside fits are logged
 * @param tags of the runs that autologging makes
 * @param exclusive whether fits in a user's own run are left out
 * @param estimators which are logged
 * @param silent whether hints stay out of the log
 * @param strict whether errors of Runlake's own are thrown where the user calls Runlake itself, in
 *     place of a warning; woven fits never throw
 */
record AutologSettings(
    Optional<String> trackingUri,
    String experiment,
    boolean enabled,
    boolean models,
    boolean signatures,
    boolean examples,
    Optional<String> registeredModel,
    boolean jobSummaries,
    boolean inputs,
    Duration saveTimeout,
    Duration flushInterval,
    boolean silent,
    boolean strict,
    boolean evaluations,
    Map<String, String> tags,
    boolean exclusive,
    EstimatorChoice estimators) {
  static final String DEFAULT_URI = "delta:./runlake";
  private static final String ENVIRONMENT_URI = "RUNLAKE_TRACKING_URI";
  private static final Logger LOG = LoggerFactory.getLogger(AutologSettings.class);
  private static final Pattern TIME = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|min|h)?");
  private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

  /**
   * Reads the settings.
   *
   * @param conf the settings of a session
   * @param enabledByDefault what {@link AutologSetting#ENABLED} is where it is not set: true under
   *     the plugin and for who calls Runlake, false where only another session of this JVM asked
   *     for weaving
   */
  static AutologSettings read(Map<String, String> conf, boolean enabledByDefault) {
    List<String> complaints = new ArrayList<>();
    AutologSettings settings = read(conf, System.getenv(), enabledByDefault, complaints);
    if (settings.silent()) {
      complaints.forEach(complaint -> LOG.debug("Runlake: {}", complaint));
    } else {
      complaints.stream()
          .filter(WARNED::add)
          .forEach(complaint -> LOG.warn("Runlake: {}", complaint));
    }
    return settings;
  }

  /**
   * As above.
   *
   * @param complaints gets what is wrong with the settings, each with the mend
   */
  static AutologSettings read(
      Map<String, String> conf,
      Map<String, String> environment,
      boolean enabledByDefault,
      List<String> complaints) {
    Reader reader = new Reader(conf, complaints);
    AutologSettings settings =
        new AutologSettings(
            reader
                .text(AutologSetting.TRACKING_URI)
                .or(() -> present(environment.get(ENVIRONMENT_URI)))
                .or(() -> defaultUri(conf.getOrDefault("spark.master", ""))),
            reader
                .text(AutologSetting.EXPERIMENT)
                .or(() -> present(conf.get("spark.app.name")))
                .orElse("Default"),
            reader.flag(AutologSetting.ENABLED, enabledByDefault),
            reader.flag(AutologSetting.MODELS),
            reader.flag(AutologSetting.SIGNATURES),
            reader.flag(AutologSetting.EXAMPLES),
            reader.text(AutologSetting.REGISTERED_MODEL),
            reader.oneOf(AutologSetting.SUMMARIES, "free", "all").equals("all"),
            reader.flag(AutologSetting.INPUTS),
            reader.time(AutologSetting.SAVE_TIMEOUT),
            reader.time(AutologSetting.FLUSH_INTERVAL),
            reader.flag(AutologSetting.SILENT),
            reader.flag(AutologSetting.STRICT),
            reader.flag(AutologSetting.EVALUATIONS),
            reader.pairs(AutologSetting.TAGS),
            reader.flag(AutologSetting.EXCLUSIVE),
            EstimatorChoice.of(
                reader.text(AutologSetting.ESTIMATORS).orElse(""),
                reader.text(AutologSetting.ESTIMATORS_OUT).orElse("")));
    reader.unknownKeys();
    return settings;
  }

  /**
   * Where is kept what a store does not take; holds for the whole application.
   *
   * @param configured the setting of the application; empty text if it has none
   */
  static Path spoolFolder(String configured) {
    String temporary = System.getProperty("java.io.tmpdir");
    String folder = present(configured).orElse(temporary);
    try {
      return Path.of(folder);
    } catch (InvalidPathException e) {
      LOG.warn(
          "Runlake: {}={} is no path; Runlake uses {}.",
          AutologSetting.SPOOL_DIR.key(),
          folder,
          temporary);
      return Path.of(temporary);
    }
  }

  private static Optional<String> present(String value) {
    return Optional.ofNullable(value).map(String::strip).filter(text -> !text.isEmpty());
  }

  private static Optional<String> defaultUri(String master) {
    boolean local = master.equals("local") || master.startsWith("local[");
    return local ? Optional.of(DEFAULT_URI) : Optional.empty();
  }

  /** Reads values and gathers what is wrong with them. */
  private static final class Reader {
    private final Map<String, String> conf;
    private final List<String> complaints;

    Reader(Map<String, String> conf, List<String> complaints) {
      this.conf = conf;
      this.complaints = complaints;
    }

    Optional<String> text(AutologSetting setting) {
      return present(conf.get(setting.key()));
    }

    boolean flag(AutologSetting setting) {
      return flag(setting, Boolean.parseBoolean(setting.defaultValue().orElseThrow()));
    }

    boolean flag(AutologSetting setting, boolean fallback) {
      return oneOf(setting, Boolean.toString(fallback), Boolean.toString(!fallback)).equals("true");
    }

    String oneOf(AutologSetting setting, String fallback, String other) {
      String value = text(setting).orElse(fallback).toLowerCase(Locale.ROOT);
      if (value.equals(fallback) || value.equals(other)) {
        return value;
      }
      complain(setting, value, "is neither " + fallback + " nor " + other, fallback);
      return fallback;
    }

    Map<String, String> pairs(AutologSetting setting) {
      Map<String, String> pairs = new TreeMap<>();
      for (String pair : text(setting).orElse("").split(",")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          pairs.put(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
        } else if (!pair.isBlank()) {
          complain(setting, pair, "is no key=value", "the others");
        }
      }
      return pairs;
    }

    Duration time(AutologSetting setting) {
      String fallback = setting.defaultValue().orElseThrow();
      String value = text(setting).orElse(fallback);
      Optional<Duration> time = duration(value);
      if (time.isEmpty()) {
        complain(setting, value, "is no time such as 120s or 2m", fallback);
      }
      return time.or(() -> duration(fallback)).orElseThrow();
    }

    private static Optional<Duration> duration(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches()) {
        return Optional.empty();
      }
      long number = Long.parseLong(time.group(1));
      String unit = time.group(2) == null ? "s" : time.group(2);
      return Optional.of(
          switch (unit) {
            case "ms" -> Duration.ofMillis(number);
            case "s" -> Duration.ofSeconds(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofMinutes(number);
          });
    }

    void unknownKeys() {
      Set<String> known = AutologSetting.keys();
      for (String key : new TreeSet<>(conf.keySet())) {
        if (key.startsWith(AutologSetting.PREFIX) && !known.contains(key)) {
          complaints.add(
              "the unknown setting " + key + " is ignored" + NearestMatch.hint(key, known));
        }
      }
    }

    private void complain(AutologSetting setting, String value, String problem, String used) {
      complaints.add(setting.key() + "=" + value + " " + problem + "; Runlake uses " + used + ".");
    }
  }
}
