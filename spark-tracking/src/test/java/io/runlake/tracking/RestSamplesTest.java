package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.runlake.errors.TrackingException;
import io.runlake.registry.ModelRegistry;
import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.registry.RegisteredModel;
import io.runlake.registry.Stage;
import io.runlake.search.SearchQuery;
import io.runlake.store.MemoryStore;
import io.runlake.store.RunId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What MLflow's server answered, asked of our API. */
class RestSamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final MemoryStore store = new MemoryStore("rest");
  private final Runlake runlake = Runlake.over(store);
  @TempDir Path folder;

  private static JsonNode sample(String name) throws IOException {
    try (InputStream in =
        RestSamplesTest.class.getResourceAsStream("/mlflow-rest/" + name + ".json")) {
      return JSON.readTree(in);
    }
  }

  /** The same code, and the same message as far as it is about the request. */
  private static void assertSameError(String name, String cutAt, ThrowingCallable call)
      throws IOException {
    JsonNode answer = sample(name).at("/response/body");
    TrackingException ours = catchThrowableOfType(TrackingException.class, call);
    assertThat(ours).as(name).isNotNull();
    assertThat(ours.errorCode().name()).isEqualTo(answer.at("/error_code").asText());
    String theirs = answer.at("/message").asText();
    int end = cutAt.isEmpty() ? theirs.length() : theirs.indexOf(cutAt);
    assertThat(end).isPositive();
    assertThat(ours.getMessage()).startsWith(theirs.substring(0, end));
  }

  @Test
  void errorsOfRunsAndExperimentsAreTheSame() throws IOException {
    Experiment other = runlake.experiment("other");
    runlake.experiment("rest-exp");
    assertSameError(
        "04-experiments-create-duplicate",
        ". Error",
        () -> runlake.renameExperiment(other.id(), "rest-exp"));
    assertSameError(
        "07-experiments-get-by-name-missing",
        "",
        () -> runlake.searchRuns(RunQuery.ofExperiments("nope")));
    assertSameError(
        "22-runs-get-missing",
        "",
        () -> runlake.edit(new RunId("00000000000000000000000000000000")));
    assertSameError(
        "27-runs-search-bad-filter",
        "",
        () -> runlake.searchRuns(RunQuery.all().withFilter("foo bar")));
    ActiveRun run = runlake.startRun("rest-exp");
    run.logParam("p", "1");
    assertSameError("16-runs-log-parameter-conflict", " for run ID", () -> run.logParam("p", "2"));
    assertSameError("20-runs-delete-tag-missing", " in run with", () -> run.deleteTag("nope"));
    run.endRun();
  }

  @Test
  void aSearchFindsTheSameRunWithTheSameValues() throws IOException {
    JsonNode exchange = sample("25-runs-search");
    JsonNode theirs = exchange.at("/response/body/runs/0");
    ActiveRun run =
        runlake.startRun(
            RunSpec.of("1")
                .withStartTime(Instant.ofEpochMilli(theirs.at("/info/start_time").asLong())));
    for (JsonNode metric : theirs.at("/data/metrics")) {
      double value = Double.parseDouble(metric.at("/value").asText());
      Instant time = Instant.ofEpochMilli(metric.at("/timestamp").asLong());
      run.logMetric(metric.at("/key").asText(), value, metric.at("/step").asLong(), time);
    }
    theirs
        .at("/data/params")
        .forEach(param -> run.logParam(param.at("/key").asText(), param.at("/value").asText()));
    theirs
        .at("/data/tags")
        .forEach(tag -> run.setTag(tag.at("/key").asText(), tag.at("/value").asText()));
    ActiveRun noise = runlake.startRun("1");
    noise.logMetric("loss", 0.95);
    noise.endRun();
    run.endRun();

    JsonNode body = exchange.at("/request/body");
    List<String> order = new ArrayList<>();
    body.at("/order_by").forEach(item -> order.add(item.asText()));
    RunPage page =
        runlake.searchRuns(
            RunQuery.ofExperiments("1")
                .withFilter(body.at("/filter").asText())
                .withOrderBy(order)
                .withMaxResults(body.at("/max_results").asInt()));
    assertThat(page.runs()).hasSize(1);
    Run found = page.runs().get(0);
    assertThat(found.id()).isEqualTo(run.id());
    assertThat(found.name()).isEqualTo(theirs.at("/info/run_name").asText());
    assertThat(found.metrics()).hasSize(theirs.at("/data/metrics").size()).isNotEmpty();
    for (JsonNode metric : theirs.at("/data/metrics")) {
      double value = Double.parseDouble(metric.at("/value").asText());
      assertThat(found.metric(metric.at("/key").asText())).contains(value);
    }
    assertThat(found.params()).hasSize(theirs.at("/data/params").size());
  }

  @Test
  void theRegistryAnswersTheSame() throws IOException {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(model.resolve("MLmodel"), "flavors: {}\n");
    ModelRegistry registry = runlake.registry();
    registry.createModel("rm", RegisterOptions.none());
    assertSameError(
        "35-registered-models-create-duplicate",
        ". Error",
        () -> registry.createModel("rm", RegisterOptions.none()));
    for (String create : List.of("36-model-versions-create", "37-model-versions-create-2")) {
      ModelVersion ours =
          registry.register("rm", model.toString(), Optional.empty(), RegisterOptions.none());
      assertSame(sample(create).at("/response/body/model_version"), ours);
    }
    registry.setAlias("rm", "champion", 1, "");
    assertSameError(
        "41-alias-get-missing", " not found", () -> registry.resolve("models:/rm@nope"));
    assertSame(
        sample("42-transition-stage").at("/response/body/model_version"),
        registry.transition("rm", 1, Stage.of("Production"), false, ""));
    assertSame(
        sample("43-transition-stage-2-archives").at("/response/body/model_version"),
        registry.transition("rm", 2, Stage.of("Production"), true, ""));
    assertSameError("44-transition-stage-bad", "", () -> Stage.of("Foo"));
    JsonNode latest = sample("46-get-latest-versions-get").at("/response/body/model_versions");
    assertThat(registry.latestVersions("rm")).hasSize(latest.size());
    for (JsonNode theirs : latest) {
      int number = theirs.at("/version").asInt();
      assertSame(theirs, registry.version("rm", number).orElseThrow());
    }
    JsonNode search = sample("49-model-versions-search");
    List<ModelVersion> found =
        registry.searchVersions(SearchQuery.where("name='rm'").withMaxResults(10)).items();
    assertThat(found).hasSize(search.at("/response/body/model_versions").size());
    for (int i = 0; i < found.size(); i++) {
      assertSame(search.at("/response/body/model_versions/" + i), found.get(i));
    }
    RegisteredModel renamed = registry.rename("rm", "rm2", "");
    JsonNode theirs = sample("54-registered-models-rename").at("/response/body/registered_model");
    assertThat(renamed.name()).isEqualTo(theirs.at("/name").asText());
    assertThat(renamed.aliases()).isEqualTo(Map.of("champion", 1));
    assertThat(theirs.at("/aliases")).hasSize(1);
  }

  private static void assertSame(JsonNode theirs, ModelVersion ours) {
    assertThat(theirs.isObject()).isTrue();
    assertThat(ours.name()).isEqualTo(theirs.at("/name").asText());
    assertThat(ours.version()).isEqualTo(theirs.at("/version").asInt());
    assertThat(ours.stage().label()).isEqualTo(theirs.at("/current_stage").asText());
  }
}
