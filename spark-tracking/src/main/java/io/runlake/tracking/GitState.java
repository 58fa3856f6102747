package io.runlake.tracking;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a git work tree says about itself, read from its files without starting git: commit, branch
 * and the URL of {@code origin}. Format: gitrepository-layout(5). Never throws: what cannot be read
 * is left out.
 */
final class GitState {
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final String REF = "ref: ";
  private static final String BRANCH = "refs/heads/";
  private static final int MAX_FILE = 4 << 20;

  private final Path gitFolder;
  private final Path commonFolder;

  private GitState(Path gitFolder, Path commonFolder) {
    this.gitFolder = gitFolder;
    this.commonFolder = commonFolder;
  }

  /** The tags that a run started in a folder gets; none outside of a work tree. */
  static Map<String, String> tags(Path folder) {
    Map<String, String> tags = new TreeMap<>();
    try {
      find(folder).ifPresent(state -> state.addTo(tags));
    } catch (IOException | InvalidPathException | SecurityException unreadable) {
      return Map.of();
    }
    return tags;
  }

  /** The root of the work tree that a folder is in. */
  static Optional<Path> workTree(Path folder) {
    for (Path at = folder.toAbsolutePath().normalize(); at != null; at = at.getParent()) {
      if (Files.exists(at.resolve(".git"))) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static Optional<GitState> find(Path folder) throws IOException {
    Optional<Path> root = workTree(folder);
    if (root.isEmpty()) {
      return Optional.empty();
    }
    Path git = root.get().resolve(".git");
    if (!Files.isDirectory(git)) {
      String pointer = read(git).orElse("").strip();
      if (!pointer.startsWith("gitdir: ")) {
        return Optional.empty();
      }
      git = root.get().resolve(pointer.substring("gitdir: ".length())).normalize();
    }
    Optional<String> common = read(git.resolve("commondir"));
    Path shared = common.isEmpty() ? git : git.resolve(common.get().strip()).normalize();
    return Optional.of(new GitState(git, shared));
  }

  private void addTo(Map<String, String> tags) {
    try {
      String head = read(gitFolder.resolve("HEAD")).orElse("").strip();
      String commit = head;
      if (head.startsWith(REF)) {
        String ref = head.substring(REF.length());
        if (ref.startsWith(BRANCH)) {
          tags.put(Tags.GIT_BRANCH, ref.substring(BRANCH.length()));
        }
        commit = commitOf(ref);
      }
      if (COMMIT.matcher(commit).matches()) {
        tags.put(Tags.GIT_COMMIT, commit);
      }
      originUrl().ifPresent(url -> tags.put(Tags.GIT_REPO_URL, url));
    } catch (IOException | InvalidPathException unreadable) {
      tags.clear();
    }
  }

  private String commitOf(String ref) throws IOException {
    for (Path folder : List.of(gitFolder, commonFolder)) {
      Path file = folder.resolve(ref).normalize();
      Optional<String> loose = file.startsWith(folder) ? read(file) : Optional.empty();
      if (loose.isPresent()) {
        return loose.get().strip();
      }
    }
    String suffix = " " + ref;
    return read(commonFolder.resolve("packed-refs"))
        .orElse("")
        .lines()
        .filter(line -> line.endsWith(suffix))
        .map(line -> line.substring(0, line.length() - suffix.length()))
        .findFirst()
        .orElse("");
  }

  private Optional<String> originUrl() throws IOException {
    boolean origin = false;
    for (String line : read(commonFolder.resolve("config")).orElse("").lines().toList()) {
      String text = line.strip();
      if (text.startsWith("[")) {
        origin = text.equals("[remote \"origin\"]");
      } else if (origin && text.startsWith("url") && text.indexOf('=') > 0) {
        return Optional.of(text.substring(text.indexOf('=') + 1).strip());
      }
    }
    return Optional.empty();
  }

  private static Optional<String> read(Path file) throws IOException {
    if (!Files.isRegularFile(file) || Files.size(file) > MAX_FILE) {
      return Optional.empty();
    }
    return Optional.of(Files.readString(file, StandardCharsets.ISO_8859_1));
  }
}
