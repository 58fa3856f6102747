package io.runlake.scoring.batch;

import io.runlake.scoring.ExitCode;
import io.runlake.scoring.JobSession;
import io.runlake.testkit.TestSpark;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A start of the job in this JVM, and what it said. */
record Started(ExitCode exit, String out, String err) {

  static Started job(List<String> arguments) {
    return job(arguments, Step.Listener.NONE);
  }

  static Started job(List<String> arguments, Step.Listener steps) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    ExitCode exit =
        new BatchScoringJob(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                JobSession.of(TestSpark.session()),
                steps)
            .run(arguments);
    return new Started(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** The lines of stderr. */
  List<String> errors() {
    return err.lines().toList();
  }

  String lastLine() {
    List<String> lines = out.lines().toList();
    return lines.get(lines.size() - 1);
  }

  /** A crash: no handler of the job's takes it for an error of its own. */
  static final class Halt extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Dies at a step, as far as that is possible within a JVM. */
  static Step.Listener haltAt(Step wanted) {
    return step -> {
      if (step == wanted) {
        throw new Halt();
      }
    };
  }
}
