package io.runlake.cli;

import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import io.runlake.spark.AutologSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Pages of the manual that are made from the code that they tell about. */
final class GeneratedPages {
  static final String WRITE = "runlake.docs.write";
  static final String HOW =
      "mvn -pl submit -am package -Dtest=GeneratedPagesTest -D"
          + WRITE
          + "=true -Dsurefire.failIfNoSpecifiedTests=false";

  private static final Pattern EXIT_CODES = Pattern.compile("(?m)^Exit codes: (.*(?:\\n {2}.*)*)$");

  private static final Pattern QUOTED_EXIT_CODES = Pattern.compile("\"Exit codes: ([^\"]*)\"");

  private static final String INIT = " `runlake init` writes a file with all of them.\n\n";

  private GeneratedPages() {}

  /** {@code docs/settings.md}. */
  static String settings() {
    StringBuilder page = new StringBuilder();
    head(page, "Settings", "what Runlake reads: settings of Spark, of the jobs, the environment");
    page.append(
        """

        ## Spark

        Settings of training under the plugin, of `Autolog.enable` and of `TrackedEstimator`, given by `--conf` or on the
        session. An unknown key below `spark.runlake.` is one warning with the nearest known one. The scoring jobs read
        `spark.runlake.tracking.uri` too.

        """);
    table(page, "setting", "default", "meaning");
    for (AutologSetting setting : AutologSetting.values()) {
      String fallback = setting.defaultValue().map(GeneratedPages::code).orElse(null);
      row(
          page,
          code(setting.key()),
          fallback == null ? text(setting.defaultInWords()) : fallback,
          text(setting.meaning()));
    }
    job(
        page,
        "The batch job",
        "io.runlake.scoring.batch.BatchScoringJob",
        io.runlake.scoring.batch.Setting.KEYS);
    job(
        page,
        "The streaming job",
        "io.runlake.scoring.streaming.StreamingScoringJob",
        io.runlake.scoring.streaming.Setting.KEYS);
    job(
        page,
        "Maintenance",
        "io.runlake.maintenance.MaintainJob",
        io.runlake.maintenance.MaintainSetting.KEYS);
    job(
        page,
        "Garbage collection",
        "io.runlake.maintenance.GcJob",
        io.runlake.maintenance.GcSetting.KEYS);
    page.append(
        """

        ## Environment

        """);
    table(page, "variable", "read by", "default", "meaning");
    for (Variable variable : Variable.values()) {
      row(
          page,
          code(variable.key()),
          text(variable.readBy()),
          text(variable.fallback()),
          text(variable.meaning()));
    }
    page.append(
        """

        ## The command

        Options of `runlake`; `--help` of a command shows its own, with an example.

        """);
    table(page, "option", "of", "meaning");
    options().forEach((option, of) -> row(page, code(option), of.commands(), text(of.meaning())));
    return page.toString();
  }

  private static void job(StringBuilder page, String title, String type, SettingKeys keys) {
    page.append("\n## ").append(title).append("\n\n");
    page.append("Keys of the YAML of `").append(type).append("`, nested or dotted, and flags\n");
    page.append("(`--key value`), which win.");
    page.append(type.startsWith("io.runlake.scoring.") ? INIT : "\n\n");
    table(page, "key", "value", "default", "meaning");
    for (JobSetting setting : keys.settings()) {
      String key = setting.key() + (setting.kind() == JobSetting.Kind.MAP ? ".<name>" : "");
      row(
          page,
          code(key),
          value(setting.kind()),
          setting.required()
              ? "must be given"
              : setting.defaultValue().map(GeneratedPages::code).orElse(""),
          text(setting.help()));
    }
  }

  private static String value(JobSetting.Kind kind) {
    return switch (kind) {
      case TEXT -> "text";
      case LIST -> "list";
      case MAP -> "texts by name";
      case INTEGER -> "whole number";
      case SHARE -> "0 to 1";
      case FLAG -> "`true` or `false`";
    };
  }

  /** What an option means and where it is. */
  private record Of(String commands, String meaning) {}

  private static Map<String, Of> options() {
    Map<String, Of> options = new LinkedHashMap<>();
    walk(
        Cli.complete(),
        command -> {
          for (OptionSpec option : command.getCommandSpec().options()) {
            String name = String.join(", ", option.names());
            if (!option.usageHelp() && !option.versionHelp()) {
              String path = command.getCommandSpec().qualifiedName().replaceFirst("^runlake ", "");
              options.merge(
                  (name + " " + meaningKey(option)).strip(),
                  new Of("`" + path + "`", description(option)),
                  (a, b) -> new Of(a.commands() + ", " + b.commands(), a.meaning()));
            }
          }
        });
    return options;
  }

  private static String meaningKey(OptionSpec option) {
    return option.arity().max() == 0 ? "" : option.paramLabel();
  }

  private static String description(OptionSpec option) {
    return String.join(" ", option.description());
  }

  static void walk(CommandLine command, Consumer<CommandLine> visitor) {
    visitor.accept(command);
    command.getSubcommands().values().forEach(child -> walk(child, visitor));
  }

  /** {@code docs/exit-codes.md}. */
  static String exitCodes() throws IOException {
    StringBuilder page = new StringBuilder();
    head(page, "Exit codes", "what each program's exit code says");
    page.append("\n## The command `runlake`\n\n");
    table(page, "code", "meaning");
    for (String meaning :
        List.of(
            ExitCode.OK_MEANING,
            ExitCode.FAILURE_MEANING,
            ExitCode.USAGE_MEANING,
            ExitCode.VIOLATIONS_MEANING)) {
      String[] parts = meaning.split(":", 2);
      row(page, parts[0], parts[1]);
    }
    page.append(
        "\nWhatever is neither 0 nor 3 comes with one line on stderr, and with nothing on stdout.\n");
    page.append("\n## The scoring jobs\n\n");
    table(page, "code", "name", "meaning");
    for (io.runlake.scoring.ExitCode exit : io.runlake.scoring.ExitCode.values()) {
      row(page, Integer.toString(exit.code()), code(exit.name()), text(exit.meaning()));
    }
    page.append(
        """

        `spark-submit` hands them on in client mode; in cluster mode it ends with its own code, and the job's is in the
        driver's log. With `--json` the last line on stdout has the code too.

        ## The scripts

        """);
    table(page, "script", "codes");
    for (Path script : scripts()) {
      Matcher codes = EXIT_CODES.matcher(Files.readString(script));
      if (codes.find()) {
        String name = Scripts.ROOT.relativize(script).toString().replace('\\', '/');
        row(page, code(name), text(codes.group(1).replaceAll("\\s+", " ")));
      }
    }
    Path notebooks = Scripts.ROOT.resolve("notebooks/src/main/java/io/runlake/notebooks/Main.java");
    Matcher ofNotebooks = QUOTED_EXIT_CODES.matcher(Files.readString(notebooks));
    if (ofNotebooks.find()) {
      row(page, code("notebooks/run"), text(ofNotebooks.group(1)));
    }
    row(
        page,
        code("submit/bin/spark-submit"),
        "those of the program; 2 if SPARK_HOME or JAVA_HOME is unfit");
    return page.toString();
  }

  static List<Path> scripts() throws IOException {
    List<Path> scripts = new ArrayList<>();
    try (var files = Files.list(Scripts.ROOT.resolve("submit/bin"))) {
      files.filter(Files::isRegularFile).sorted().forEach(scripts::add);
    }
    scripts.add(Scripts.ROOT.resolve("benchmarks/run"));
    scripts.add(Scripts.ROOT.resolve("notebooks/run"));
    return scripts;
  }

  private static void head(StringBuilder page, String title, String subject) {
    page.append("# ").append(title).append("\n\n");
    page.append("On this page: ")
        .append(subject)
        .append(". It is made from the code; to make it anew:\n\n");
    page.append("```\n").append(HOW).append("\n```\n");
  }

  private static void table(StringBuilder page, String... headings) {
    row(page, headings);
    page.append("|").append("---|".repeat(headings.length)).append('\n');
  }

  private static void row(StringBuilder page, String... cells) {
    page.append('|');
    for (String cell : cells) {
      page.append(' ').append(cell.isEmpty() ? "" : cell + " ").append('|');
    }
    page.append('\n');
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  private static String text(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*");
  }
}
