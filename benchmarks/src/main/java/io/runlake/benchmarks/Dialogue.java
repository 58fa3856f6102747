package io.runlake.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A program that answers each line on its stdin with one on its stdout, and ends with its stdin: so
 * that several warm programs are measured in turns.
 */
final class Dialogue implements AutoCloseable {
  private static final long END_SECONDS = 60;

  private final Process process;
  private final Path log;
  private final Writer questions;
  private final BufferedReader answers;

  /**
   * Starts the program.
   *
   * @param log where its stderr goes
   */
  Dialogue(ProcessBuilder builder, Path log) throws IOException {
    this.log = log;
    this.process = builder.redirectError(log.toFile()).start();
    this.questions = process.outputWriter(StandardCharsets.UTF_8);
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * The next line that it prints.
   *
   * @throws IOException if it has ended
   */
  String hear() throws IOException {
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("The measured program has ended; see " + log + ".");
    }
    return answer;
  }

  String ask(String question) throws IOException {
    questions.write(question + "\n");
    questions.flush();
    return hear();
  }

  /**
   * Ends it.
   *
   * @throws IOException if it does not end with exit code 0
   */
  @Override
  public void close() throws IOException {
    try {
      questions.close();
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
        throw new IOException("The measured program did not end well; see " + log + ".");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroy();
    }
  }
}
