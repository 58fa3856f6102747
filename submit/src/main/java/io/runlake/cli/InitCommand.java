package io.runlake.cli;

import io.runlake.scoring.ConfigTemplate;
import io.runlake.scoring.JobSetting;
import io.runlake.scoring.SettingKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "init",
    description = {
      "Write the configuration of a scoring job, to be filled in.",
      "Every key is there with its meaning; what need not be given is commented out with its default."
    },
    footer = {"", "Example: runlake init --kind batch nightly.yaml"},
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.OK_MEANING, ExitCode.FAILURE_MEANING, ExitCode.USAGE_MEANING})
final class InitCommand implements Callable<Integer> {
  /** The jobs that a configuration can be for. */
  enum Kind {
    /** A night by the batch job. */
    batch(
        "io.runlake.scoring.batch.BatchScoringJob",
        "One night",
        " --date 2015-02-04",
        io.runlake.scoring.batch.Setting.KEYS),

    /** A query by the streaming job. */
    stream(
        "io.runlake.scoring.streaming.StreamingScoringJob",
        "A stream",
        "",
        io.runlake.scoring.streaming.Setting.KEYS);

    private final String job;
    private final String subject;
    private final String moreFlags;
    private final SettingKeys keys;

    Kind(String job, String subject, String moreFlags, SettingKeys keys) {
      this.job = job;
      this.subject = subject;
      this.moreFlags = moreFlags;
      this.keys = keys;
    }

    /** The file's text. */
    String text(String file) {
      return ConfigTemplate.of(
          List.of(
              subject + " by " + job + ".",
              "What is empty must be given, here or as a flag; what is commented out shows the",
              "default. Flags (--key value) win over this file. To start the job:",
              "",
              "  spark-submit --jars JAR --class " + job + " JAR \\",
              "    " + flags(file)),
          keys);
    }

    /** The command that starts the job, on one line. */
    String start(String file) {
      return "spark-submit --jars JAR --class " + job + " JAR " + flags(file);
    }

    private String flags(String file) {
      return "--config " + file + moreFlags;
    }

    List<String> required() {
      return keys.settings().stream().filter(JobSetting::required).map(JobSetting::key).toList();
    }
  }

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help.")
  private boolean help;

  @Option(
      names = "--kind",
      paramLabel = "KIND",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private Kind kind = Kind.batch;

  @Option(names = "--force", description = "Replace the file if it is there.")
  private boolean force;

  @Parameters(
      arity = "0..1",
      paramLabel = "FILE",
      description = "The file to write. Default: ${DEFAULT-VALUE}.",
      defaultValue = "job.yaml")
  private Path file;

  @Override
  public Integer call() throws IOException {
    write();
    PrintWriter out = spec.commandLine().getOut();
    out.println("Wrote " + file + ". Fill in " + String.join(", ", kind.required()) + ", then:");
    out.println("  " + kind.start(file.toString()));
    out.flush();
    return ExitCode.OK;
  }

  private void write() throws IOException {
    if (Files.isDirectory(file)) {
      throw new UsageException(file + " is a directory; give the name of a file.");
    }
    Set<StandardOpenOption> options =
        force
            ? EnumSet.of(
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING)
            : EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
    try {
      Files.writeString(
          file,
          kind.text(file.getFileName().toString()),
          options.toArray(StandardOpenOption[]::new));
    } catch (FileAlreadyExistsException e) {
      throw new UsageException(
          file + " is there already and was left as it is; --force replaces it.");
    } catch (NoSuchFileException e) {
      throw new UsageException(
          "There is no directory '" + file.toAbsolutePath().getParent() + "' to write to.");
    }
  }
}
