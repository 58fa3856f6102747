package io.runlake.cli;

import io.runlake.registry.ModelVersion;
import io.runlake.registry.RegisterOptions;
import io.runlake.store.RunId;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "register",
    description = {
      "Register a model folder as the next version of a registered model.",
      "The registered model is made if there is none. Nothing is copied."
    },
    footer = {
      "",
      "Example: runlake models register occupancy runs:/01a0b1c2d3e47f0088aabbccddeeff00/model \\",
      "           --store ./runlake --why \"first good one\""
    })
final class RegisterCommand extends StoreCommand {
  @Parameters(index = "0", paramLabel = "NAME", description = "The registered model.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "SOURCE",
      description = "The model folder: runs:/<id>/<path>, models:/<name>/<version>, or a path.")
  private String source;

  @Option(
      names = "--run-id",
      paramLabel = "ID",
      description = "The run that made it. Default: the run that the source names.")
  private String runId;

  @Option(names = "--tag", paramLabel = "KEY=VALUE", description = "A tag of the version.")
  private Map<String, String> tags = new LinkedHashMap<>();

  @Option(names = "--description", paramLabel = "TEXT", description = "Describes the version.")
  private String description;

  @Mixin private WhyOption why;

  @Override
  Answer answer(Runlake runlake) {
    RegisterOptions options = RegisterOptions.because(why.text());
    for (Map.Entry<String, String> tag : tags.entrySet()) {
      options = options.withTag(tag.getKey(), tag.getValue());
    }
    if (description != null) {
      options = options.withDescription(description);
    }
    ModelVersion version =
        runlake
            .registry()
            .register(name, source, Optional.ofNullable(runId).map(RunId::new), options);
    return new Answer(
        () -> ModelViews.json(version),
        () -> "Registered " + version.uri() + ": " + version.source() + System.lineSeparator());
  }
}
