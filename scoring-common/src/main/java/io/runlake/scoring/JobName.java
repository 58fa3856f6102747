package io.runlake.scoring;

import java.util.regex.Pattern;

/** The rule for names of jobs, which become folders, partition values and parts of predicates. */
public final class JobName {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

  private JobName() {}

  /**
   * The name, if it is one.
   *
   * @throws JobException BAD_INPUT otherwise
   */
  public static String check(String job) {
    if (!ALLOWED.matcher(job).matches()) {
      throw JobException.badInput(
          "Bad job name '"
              + job
              + "': it takes letters, digits, '.', '_' and '-', at most 100, and starts with a"
              + " letter or digit.");
    }
    return job;
  }
}
