package io.runlake.store.delta;

import java.util.ArrayList;
import java.util.List;

/**
 * What attackers have written where a path, name or URI was expected: the shapes of the known
 * attacks on tracking servers, in each way of writing a dot and a slash.
 */
final class HostileStrings {
  private static final String[] DOTS = {"..", "%2e%2e", "%2E.", "%252e%252e", ".\u0000.", "..%00"};
  private static final String[] SLASHES = {"/", "\\", "%2f", "%5C", "%252f", "//", "/./", ";/"};
  private static final String[] TARGETS = {"outside/secret.txt", "etc/passwd"};

  private HostileStrings() {}

  /** Climbs out of a folder, if anything decodes or joins it; 192 of them. */
  static List<String> climbing() {
    List<String> all = new ArrayList<>();
    for (String dots : DOTS) {
      for (String slash : SLASHES) {
        for (String target : TARGETS) {
          all.add(dots + slash + dots + slash + dots + slash + dots + slash + target);
          all.add("model" + slash + dots + slash + dots + slash + dots + slash + target);
        }
      }
    }
    return all;
  }

  /** Names another place outright, or makes one parser see another path than the next. */
  static List<String> elsewhere(String outside) {
    return List.of(
        outside + "/secret.txt",
        "/" + outside + "/secret.txt",
        "//proc/self/root/etc/passwd",
        "/proc/self/environ",
        "file:" + outside,
        "file://" + outside,
        "FILE:" + outside,
        "fi le:" + outside,
        "file://otherhost" + outside,
        "file:etc/passwd",
        "local:" + outside,
        "http://127.0.0.1:1/x",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/x",
        "http://0x7f000001/x",
        "http:///#/../../../etc/",
        "https://user:secret@host/x",
        "ftp://host/x",
        "jar:file:" + outside + "!/x",
        "data:text/plain,x",
        "javascript:alert(1)",
        "dbfs:/run/a%3f/../../../",
        "mlflow-artifacts://h:9000/m/../../",
        "runs:/../../x",
        "runs://host/x",
        "models:/../../x/1",
        "models:/m/../../1",
        "models:/m/1/../../..",
        "s3a://b/run?x=/../../etc",
        "s3a://b/a;/../../etc",
        "s3a://key:secret@b/x",
        "C:\\Windows\\win.ini",
        "\\\\host\\share\\x",
        "x#/../../etc",
        "x?/../../etc",
        "x;/../../etc",
        "~/../x",
        "a\u0000.txt",
        "a\n../../x",
        "\u001b[31mred\u001b[0m",
        ".",
        "..",
        "./..",
        "/",
        "//",
        "",
        "a/",
        "/a",
        "a//b");
  }

  /** Odd, and no way out: letters that look like dots and slashes, directions, lengths. */
  static List<String> odd() {
    return List.of(
        "\uff0e\uff0e\uff0fsecret.txt",
        "\u2024\u2024\u2215secret.txt",
        "\u202egnp.exe",
        "\u200b",
        "a\u0301",
        " ",
        "...",
        "....",
        "..a",
        "a..",
        "~",
        "~root",
        "$HOME",
        "${jndi:ldap://127.0.0.1:1/x}",
        "$(touch x)",
        "`touch x`",
        "' OR 1=1 --",
        "<img src=x onerror=alert(1)>",
        "=cmd|' /C calc'!A0",
        "nul",
        "CON",
        "-rf",
        "--store",
        "_delta_log",
        "_last_checkpoint",
        ".tmp",
        "x".repeat(10_000),
        "a/".repeat(2000) + "a",
        "\ud800");
  }

  static List<String> all(String outside) {
    List<String> all = new ArrayList<>(climbing());
    all.addAll(elsewhere(outside));
    all.addAll(odd());
    return all;
  }
}
