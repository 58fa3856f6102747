package io.runlake.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class GeneratedPagesTest {
  /** Variables of the build's own, and names that scripts set before they read them. */
  private static final Set<String> NOT_FOR_USERS =
      Set.of("RUNLAKE_MAKE_ARCHIVE", "RUNLAKE_SCRIPT", "LC_ALL", "LC_CTYPE", "LANG");

  @Test
  void theSettingsPageIsTrue() throws IOException {
    holds("docs/settings.md", GeneratedPages.settings());
  }

  @Test
  void theExitCodesPageIsTrue() throws IOException {
    holds("docs/exit-codes.md", GeneratedPages.exitCodes());
  }

  private static void holds(String name, String page) throws IOException {
    Path file = Scripts.ROOT.resolve(name);
    if (Boolean.getBoolean(GeneratedPages.WRITE)) {
      Files.writeString(file, page);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("%s says what the code says. To make it anew: %s", name, GeneratedPages.HOW)
        .isEqualTo(page);
  }

  /** A setting that some code reads under a name of its own would be missing on the page. */
  @Test
  void everySettingAndVariableThatTheSourcesNameIsOnThePage() throws IOException {
    Set<String> named = new TreeSet<>();
    Pattern names = Pattern.compile("\"(spark\\.runlake\\.[a-z.]+|RUNLAKE_[A-Z_]+)\"");
    for (Path source : mainSources()) {
      Matcher name = names.matcher(Files.readString(source));
      while (name.find()) {
        named.add(name.group(1));
      }
    }
    named.remove("spark.runlake.");
    assertThat(named).contains("RUNLAKE_TRACKING_URI", "RUNLAKE_DEBUG");
    String page = GeneratedPages.settings();
    assertThat(named).allSatisfy(name -> assertThat(page).contains("`" + name + "`"));
  }

  @Test
  void everyVariableThatAScriptReadsIsOnThePage() throws IOException {
    Set<String> known =
        Arrays.stream(Variable.values()).map(Variable::key).collect(Collectors.toSet());
    Set<String> read = new TreeSet<>();
    Pattern names = Pattern.compile("\\$\\{([A-Z][A-Z_]+):-");
    for (Path script : GeneratedPages.scripts()) {
      Matcher name = names.matcher(Files.readString(script));
      while (name.find()) {
        read.add(name.group(1));
      }
    }
    assertThat(read).contains("RUNLAKE_JAVA_OPTS", "SPARK_HOME");
    read.removeAll(NOT_FOR_USERS);
    assertThat(known).containsAll(read);
    Set<String> ofScripts = new TreeSet<>(known);
    ofScripts.remove(Variable.TRACKING_URI.key());
    assertThat(read).as("variables on the page that no script reads").containsAll(ofScripts);
  }

  private static Set<Path> mainSources() throws IOException {
    Set<Path> sources = new TreeSet<>();
    for (String module :
        Set.of(
            "spark-flavor",
            "spark-tracking",
            "scoring-common",
            "batch-scoring",
            "streaming-scoring",
            "maintenance",
            "submit")) {
      Path main = Scripts.ROOT.resolve(module).resolve("src/main/java");
      if (Files.exists(main)) {
        try (var files = Files.walk(main)) {
          files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
        }
      }
    }
    return sources;
  }
}
