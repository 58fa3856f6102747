package io.runlake.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The fenced blocks of the README. */
record Readme(List<Block> blocks) {
  private static final Pattern FENCE = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");

  /** A block with the language of its fence. */
  record Block(String language, String text) {
    /** The commands of a block of bash, each on one line, without comments. */
    List<String> commands() {
      List<String> commands = new ArrayList<>();
      for (String line : text.replaceAll("\\\\\\n\\s*", "").split("\\n")) {
        String command = line.replaceFirst("(^|\\s+)#.*$", "").strip();
        if (!command.isEmpty()) {
          commands.add(command);
        }
      }
      return commands;
    }
  }

  static Readme read() throws IOException {
    List<Block> blocks = new ArrayList<>();
    Matcher fence = FENCE.matcher(Files.readString(Scripts.ROOT.resolve("README.md")));
    while (fence.find()) {
      blocks.add(new Block(fence.group(1).strip(), fence.group(2)));
    }
    return new Readme(blocks);
  }

  List<Block> bash() {
    return blocks.stream().filter(block -> block.language().equals("bash")).toList();
  }
}
