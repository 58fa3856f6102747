package io.runlake.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is there and that nobody can open to read it, not even root. */
public final class Unreadable {
  /** Writing to it tidies the kernel's memory; reading is forbidden. */
  private static final Path FILE = Path.of("/proc/sys/vm/compact_memory");

  private Unreadable() {}

  /** The file; the test is skipped on systems without one. */
  public static Path file() {
    assumeTrue(Files.isRegularFile(FILE) && !opens(), FILE + " is there and cannot be read");
    return FILE;
  }

  private static boolean opens() {
    try (FileInputStream in = new FileInputStream(FILE.toFile())) {
      return in.read() >= -1;
    } catch (IOException refused) {
      return false;
    }
  }
}
