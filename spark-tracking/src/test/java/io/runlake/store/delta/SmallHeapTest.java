package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A million points in a loop in a heap of 256 MB: all stored, or counted one by one. */
@Tag("slow")
@Timeout(300)
class SmallHeapTest {
  @TempDir Path folder;

  private long[] run(String disk) throws IOException, InterruptedException {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+ExitOnOutOfMemoryError",
                "-cp",
                classPath,
                SmallHeapProgram.class.getName(),
                "file:" + folder.resolve(disk),
                disk)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader output = StoreChild.output(child)) {
      List<String> lines = StoreChild.read(output, Integer.MAX_VALUE);
      assertThat(child.waitFor()).isZero();
      return Arrays.stream(lines.get(lines.size() - 1).split(" "))
          .mapToLong(Long::parseLong)
          .toArray();
    }
  }

  @Test
  void allOfThemAreStoredWhereTheDiskTakesThem() throws Exception {
    assertThat(run("takes")).containsExactly(1_000_000, 1_000_000, 0, 0);
  }

  @Test
  void whereTheDiskFailsEachIsStoredLaterOrRefusedAndCounted() throws Exception {
    long[] counts = run("fails");
    assertThat(counts[0]).as("accepted").isEqualTo(counts[1]).isBetween(10_000L, 700_000L);
    assertThat(counts[2]).as("shed").isEqualTo(counts[3]).isEqualTo(1_000_000 - counts[0]);
  }
}
