package io.runlake.cli;

import java.util.Map;
import picocli.CommandLine;

/** Makes the commands, giving the environment to the one that asks for it. */
record Commands(Map<String, String> environment) implements CommandLine.IFactory {
  @Override
  public <K> K create(Class<K> type) throws Exception {
    if (type == StoreOption.class) {
      return type.cast(new StoreOption(environment));
    }
    return CommandLine.defaultFactory().create(type);
  }
}
