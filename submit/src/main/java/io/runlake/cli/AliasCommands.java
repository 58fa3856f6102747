package io.runlake.cli;

import io.runlake.registry.ModelRegistry;
import io.runlake.registry.RegisteredModel;
import io.runlake.text.NearestMatch;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Moving the names that point at versions. */
final class AliasCommands {
  private AliasCommands() {}

  private static Map<String, Object> json(String name, String alias, Integer version) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("alias", alias);
    json.put("version", version);
    return json;
  }

  @Command(
      name = "set-alias",
      description = "Point an alias at a version, wherever it pointed before.",
      footer = {
        "",
        "Example: runlake models set-alias occupancy champion 2 --store ./runlake \\",
        "           --why \"better on last week\""
      })
  static final class SetAlias extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The registered model.")
    private String name;

    @Parameters(index = "1", paramLabel = "ALIAS", description = "The alias.")
    private String alias;

    @Parameters(index = "2", paramLabel = "VERSION", description = "The version's number.")
    private int version;

    @Mixin private WhyOption why;

    @Override
    Answer answer(Runlake runlake) {
      ModelRegistry registry = runlake.registry();
      ModelsCommand.find(registry, name);
      registry.setAlias(name, alias, version, why.text());
      return new Answer(
          () -> json(name, alias, version),
          () -> "models:/%s@%s is version %d now%n".formatted(name, alias, version));
    }
  }

  @Command(
      name = "delete-alias",
      description = "Take an alias away; the version it pointed at stays.",
      footer = {"", "Example: runlake models delete-alias occupancy champion --store ./runlake"})
  static final class DeleteAlias extends StoreCommand {
    @Parameters(index = "0", paramLabel = "NAME", description = "The registered model.")
    private String name;

    @Parameters(index = "1", paramLabel = "ALIAS", description = "The alias.")
    private String alias;

    @Mixin private WhyOption why;

    @Override
    Answer answer(Runlake runlake) {
      ModelRegistry registry = runlake.registry();
      RegisteredModel model = ModelsCommand.find(registry, name);
      Integer version = model.aliases().get(alias);
      if (version == null) {
        throw new UsageException(
            "The registered model '"
                + name
                + "' has no alias '"
                + alias
                + "'"
                + NearestMatch.hint(alias, model.aliases().keySet()));
      }
      registry.deleteAlias(name, alias, why.text());
      return new Answer(
          () -> json(name, alias, null),
          () -> "models:/%s@%s is gone; it was version %d%n".formatted(name, alias, version));
    }
  }
}
