package io.runlake.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitStateTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path root;

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void readsBranchCommitAndOrigin() throws IOException {
    write(".git/HEAD", "ref: refs/heads/feature/x\n");
    write(".git/refs/heads/feature/x", COMMIT + "\n");
    write(
        ".git/config",
        "[remote \"other\"]\n\turl = no\n[remote \"origin\"]\n\turl = git@host:a/b.git\n");
    write("sub/dir/file", "");
    assertThat(GitState.tags(root.resolve("sub/dir")))
        .isEqualTo(
            Map.of(
                Tags.GIT_BRANCH, "feature/x",
                Tags.GIT_COMMIT, COMMIT,
                Tags.GIT_REPO_URL, "git@host:a/b.git"));
  }

  @Test
  void readsPackedRefsAndDetachedHeads() throws IOException {
    write(".git/HEAD", "ref: refs/heads/main\n");
    write(".git/packed-refs", "# pack-refs\n" + COMMIT + " refs/heads/main\n");
    assertThat(GitState.tags(root))
        .isEqualTo(Map.of(Tags.GIT_BRANCH, "main", Tags.GIT_COMMIT, COMMIT));
    write(".git/HEAD", COMMIT + "\n");
    assertThat(GitState.tags(root)).isEqualTo(Map.of(Tags.GIT_COMMIT, COMMIT));
  }

  @Test
  void readsLinkedWorkTrees() throws IOException {
    write("main/.git/refs/heads/side", COMMIT);
    write("main/.git/worktrees/side/HEAD", "ref: refs/heads/side\n");
    write("main/.git/worktrees/side/commondir", "../..\n");
    write("side/.git", "gitdir: ../main/.git/worktrees/side\n");
    assertThat(GitState.tags(root.resolve("side")))
        .isEqualTo(Map.of(Tags.GIT_BRANCH, "side", Tags.GIT_COMMIT, COMMIT));
  }

  @Test
  void whatCannotBeReadIsLeftOut() throws IOException {
    write(".git", "not a pointer");
    assertThat(GitState.tags(root)).isEmpty();
    write("a/.git/HEAD", "ref: ../../../etc/passwd");
    assertThat(GitState.tags(root.resolve("a"))).isEmpty();
    write("b/.git/HEAD", "ref: refs/heads/unborn");
    assertThat(GitState.tags(root.resolve("b"))).isEqualTo(Map.of(Tags.GIT_BRANCH, "unborn"));
  }

  @Test
  void factsOfAWorkTreeSayWhetherItIsDirty() throws Exception {
    for (String command :
        new String[] {
          "git init -q -b main",
          "git config user.email a@b",
          "git config user.name a",
          "git config commit.gpgsign false"
        }) {
      run(command);
    }
    write("file", "1");
    run("git add file");
    run("git commit -q -m first --no-verify");
    assertThat(patient().tags())
        .containsEntry(Tags.GIT_BRANCH, "main")
        .containsEntry(Tags.GIT_DIRTY, "False")
        .containsKeys(Tags.GIT_COMMIT, Tags.HOST);
    write("file", "2");
    assertThat(patient().tags()).containsEntry(Tags.GIT_DIRTY, "True");
  }

  private ProcessFacts patient() {
    return new ProcessFacts(root, Duration.ofMinutes(1));
  }

  private void run(String command) throws Exception {
    Process process =
        new ProcessBuilder(command.split(" ")).directory(root.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as(command).isZero();
  }
}
