package io.runlake.scoring;

import java.util.Optional;

/** A setting of a job: its key in the YAML and its flag, its default, what it means. */
public interface JobSetting {
  /** What a value looks like. */
  enum Kind {
    /** One text. */
    TEXT("TEXT"),
    /** Several texts, as a YAML list or separated by commas. */
    LIST("A,B,..."),
    /** Texts by name. */
    MAP("KEY=VALUE"),
    /** A whole number. */
    INTEGER("N"),
    /** A number from 0 to 1. */
    SHARE("0..1"),
    /** True or false; as a flag it needs no value. */
    FLAG("");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    /** What the help text shows for a value. */
    public String label() {
      return label;
    }
  }

  /**
   * What is told of a setting.
   *
   * @param key with dots where the YAML may nest
   * @param kind what its values look like
   * @param defaultValue what holds when it is not given
   * @param required whether the job does not start without it
   * @param help one line for the help text
   */
  record Description(
      String key, Kind kind, Optional<String> defaultValue, boolean required, String help) {}

  /** All that is told of it. */
  Description description();

  /** The key, with dots where the YAML may nest. */
  default String key() {
    return description().key();
  }

  /** What its values look like. */
  default Kind kind() {
    return description().kind();
  }

  /** What holds when it is not given. */
  default Optional<String> defaultValue() {
    return description().defaultValue();
  }

  /** Whether the job does not start without it. */
  default boolean required() {
    return description().required();
  }

  /** One line for the help text. */
  default String help() {
    return description().help();
  }
}
