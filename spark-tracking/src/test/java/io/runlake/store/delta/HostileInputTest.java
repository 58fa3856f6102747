package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.DatasetRef;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunId;
import io.runlake.store.StoreException;
import io.runlake.tracking.ActiveRun;
import io.runlake.tracking.RunQuery;
import io.runlake.tracking.RunSpec;
import io.runlake.tracking.Runlake;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hostile strings at every entry point: refused as the caller's fault, or taken as data that is
 * never part of a path. All operations of the JVM on files are seen; none is outside the root.
 */
@Timeout(300)
@Tag("slow")
class HostileInputTest {
  /** Places that a climbing path could reach, beside the folder around the root. */
  private static final List<String> FORBIDDEN = List.of("/etc", "/proc", "/Windows");

  @TempDir Path temp;
  private Path world;
  private Path root;
  private final Set<String> outside = ConcurrentHashMap.newKeySet();
  private DiskTap tap;
  private Runlake runlake;
  private ActiveRun run;

  /** Does something with a string. */
  @FunctionalInterface
  private interface Entry {
    void use(String text) throws Exception;
  }

  @BeforeEach
  void open() throws Exception {
    world = temp.toRealPath().resolve("world");
    root = world.resolve("root");
    Files.createDirectories(world.resolve("outside"));
    Files.writeString(world.resolve("outside/secret.txt"), "secret");
    runlake = Runlake.open("delta:" + root);
    run = runlake.startRun(RunSpec.of("e"));
    run.logText("here", "model/here.txt");
    run.flush();
    tap = DiskTap.on(world, FaultPoints.none());
    BiConsumer<String, Object> watch =
        (method, path) -> {
          String file = path == null ? "" : path.toString();
          String real = Path.of(file).toAbsolutePath().normalize().toString();
          boolean inWorld = below(real, world.toString()) && !below(real, root.toString());
          if (inWorld && !below(world.toString(), real)
              || FORBIDDEN.stream().anyMatch(place -> below(real, place))) {
            outside.add(method + " " + file);
          }
        };
    System.getProperties().put(DiskTap.ENTER, watch);
  }

  private static boolean below(String file, String folder) {
    return file.equals(folder) || file.startsWith(folder + File.separator);
  }

  @AfterEach
  void close() {
    tap.close();
    runlake.close();
  }

  private Map<String, Entry> paths() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put("put", text -> run.logText("x", text));
    entries.put("put file", text -> run.logArtifact(root.resolve("source.txt"), text));
    entries.put("list", text -> runlake.listArtifacts(run.id(), text));
    entries.put(
        "get",
        text -> {
          try (InputStream in = runlake.openArtifact(run.id(), text)) {
            in.read();
          }
        });
    entries.put("model below a run", text -> register("runs:/" + run.id() + "/" + text));
    entries.put("model of a run", text -> register("runs:/" + text + "/model"));
    entries.put("model of a name", text -> register("models:/" + text));
    entries.put("model of a version", text -> register("models:/m/" + text));
    entries.put("model of an alias", text -> register("models:/m@" + text));
    return entries;
  }

  private void register(String source) {
    runlake.registry().register("m", source, RegisterOptions.none());
  }

  private Map<String, Entry> names() {
    Map<String, Entry> entries = new LinkedHashMap<>();
    entries.put("run id", text -> runlake.getRun(new RunId(text)));
    entries.put("experiment id", text -> runlake.findExperiment(new ExperimentId(text)));
    entries.put("find experiment", text -> runlake.findExperiment(text));
    entries.put(
        "search",
        text -> runlake.searchRuns(RunQuery.all().withExperimentNames(List.of("e", text))));
    entries.put("run name", text -> run.setTags(Map.of("mlflow.runName", text)));
    entries.put("param", text -> run.logParam("p" + text.hashCode(), text));
    entries.put("param key", text -> run.logParam(text, "x"));
    entries.put("metric key", text -> run.logMetric(text, 1));
    entries.put("tag", text -> run.setTag("t", text));
    entries.put("tag key", text -> run.setTag(text, "x"));
    entries.put(
        "dataset",
        text ->
            run.logInput(
                new DatasetRef(
                    "delta",
                    text,
                    Optional.of(text),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
    entries.put("find model", text -> runlake.registry().find(text));
    entries.put("alias", text -> runlake.registry().aliased("m", text));
    entries.put("set alias", text -> runlake.registry().setAlias("m", text, 1, text));
    return entries;
  }

  /** How many strings each entry point took; anything but a refusal of ours fails the test. */
  private Map<String, Integer> tryAll(Map<String, Entry> entries, List<String> strings) {
    Map<String, Integer> taken = new TreeMap<>();
    entries.forEach(
        (name, entry) -> {
          taken.put(name, 0);
          for (String text : strings) {
            try {
              entry.use(text);
              taken.merge(name, 1, Integer::sum);
            } catch (TrackingException e) {
              assertThat(e.errorCode())
                  .as("%s of '%s': %s", name, text, e.getMessage())
                  .isIn(
                      ErrorCode.INVALID_PARAMETER_VALUE,
                      ErrorCode.RESOURCE_DOES_NOT_EXIST,
                      ErrorCode.INVALID_STATE);
            } catch (StoreException e) {
              assertThat(e.kind())
                  .as("%s of '%s': %s", name, text, e.getMessage())
                  .isIn(StoreException.Kind.INVALID, StoreException.Kind.NOT_FOUND);
            } catch (Exception e) {
              throw new AssertionError(name + " of '" + text + "'", e);
            }
          }
          assertThat(outside).as("what %s touched outside the root", name).isEmpty();
        });
    return taken;
  }

  @Test
  void pathsThatLeadOutAreRefusedAndTouchNothingOutside() throws Exception {
    Files.writeString(root.resolve("source.txt"), "x");
    List<String> hostile = new ArrayList<>(HostileStrings.climbing());
    hostile.addAll(HostileStrings.elsewhere(world.resolve("outside").toString()));
    assertThat(new HashSet<>(hostile)).hasSizeGreaterThanOrEqualTo(230);
    Map<String, Integer> taken = tryAll(paths(), hostile);
    assertThat(taken.get("put")).isZero();
    assertThat(taken.get("get")).isZero();
    taken.forEach(
        (name, count) -> {
          if (name.startsWith("model")) {
            assertThat(count).as(name).isZero();
          }
        });
    assertThat(world.resolve("outside")).isDirectoryContaining("glob:**/secret.txt");
    try (var files = Files.list(world)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("root", "outside");
    }
  }

  @Test
  void namesAreDataAndNeverPartOfAPath() {
    List<String> hostile = HostileStrings.all(world.resolve("outside").toString());
    tryAll(names(), hostile);
    runlake.flush();
    assertThat(outside).isEmpty();
  }

  @Test
  void artifactsOfExperimentsWithHostileNamesStayBelowTheRoot() throws Exception {
    Map<String, Entry> entry =
        Map.of(
            "experiment name",
            text -> {
              try (ActiveRun other = runlake.startRun(RunSpec.of(text))) {
                other.logText("x", "here.txt");
                assertThat(other.artifactUri()).startsWith("file:" + root + "/artifacts/");
                other.endRun();
              }
            });
    List<String> some =
        HostileStrings.elsewhere(world.resolve("outside").toString()).stream()
            .filter(text -> text.hashCode() % 3 == 0)
            .toList();
    assertThat(some).hasSizeGreaterThan(8);
    assertThat(tryAll(entry, some).get("experiment name")).isPositive();
  }

  @Test
  void linksThatLeadOutAreRefused() throws Exception {
    Path folder = Path.of(run.artifactUri().replaceFirst("^file:", ""));
    tap.close();
    Files.createSymbolicLink(folder.resolve("link"), world.resolve("outside"));
    Files.createSymbolicLink(folder.resolve("file"), world.resolve("outside/secret.txt"));
    for (Entry entry :
        List.<Entry>of(
            text -> run.logText("x", "link/new.txt"),
            text -> run.logText("x", "link/deep/new.txt"),
            text -> runlake.listArtifacts(run.id(), "link"),
            text -> runlake.openArtifact(run.id(), "link/secret.txt").close(),
            text -> runlake.openArtifact(run.id(), "file").close())) {
      assertThatThrownBy(() -> entry.use(""))
          .isInstanceOfSatisfying(
              TrackingException.class,
              e -> assertThat(e.errorCode()).isEqualTo(ErrorCode.INVALID_PARAMETER_VALUE));
    }
    assertThat(world.resolve("outside/new.txt")).doesNotExist();
    assertThat(world.resolve("outside/deep")).doesNotExist();
    // A link in the place of a file is replaced and not followed.
    run.logText("mine", "file");
    assertThat(Files.readString(world.resolve("outside/secret.txt"))).isEqualTo("secret");
  }

  /** The watch sees what a careless join would do. */
  @Test
  void aCarelessJoinIsSeen() throws Exception {
    Path folder = root.resolve("artifacts");
    assertThat(Files.exists(folder.resolve("../../outside/secret.txt"))).isTrue();
    assertThat(Files.readString(folder.resolve("../../outside/secret.txt"))).isEqualTo("secret");
    assertThat(outside).isNotEmpty();
  }
}
