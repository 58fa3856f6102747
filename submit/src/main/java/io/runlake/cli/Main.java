package io.runlake.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The entry of the {@code runlake} command; {@code submit/bin/runlake} starts it. */
public final class Main {
  private Main() {}

  /** Runs the command and ends the JVM with its exit code. */
  public static void main(String[] args) {
    // JSON is UTF-8 by its definition, whatever the locale; errors are for the terminal.
    PrintWriter out = writer(FileDescriptor.out, StandardCharsets.UTF_8);
    PrintWriter err = writer(FileDescriptor.err, Charset.defaultCharset());
    int code = Cli.run(args, out, err, System.getenv());
    out.flush();
    err.flush();
    // Whoever waits for an answer does not wait for idle threads of a file system.
    Runtime.getRuntime().halt(code);
  }

  private static PrintWriter writer(FileDescriptor descriptor, Charset charset) {
    return new PrintWriter(new FileOutputStream(descriptor), false, charset);
  }
}
