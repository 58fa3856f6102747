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

  /** The key, with dots where the YAML may nest. */
  String key();

  /** What its values look like. */
  Kind kind();

  /** What holds when it is not given. */
  Optional<String> defaultValue();

  /** Whether the job does not start without it. */
  default boolean required() {
    return false;
  }

  /** One line for the help text. */
  String help();
}
