package io.runlake.text;

import static io.runlake.text.Redaction.MASK;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "password",
        "spark.hadoop.fs.s3a.secret.key",
        "spark.hadoop.fs.s3a.access.key",
        "fs.azure.account.key.lake.dfs.core.windows.net",
        "fs.azure.account.oauth2.client.secret",
        "GITHUB_TOKEN",
        "authToken",
        "apiKey",
        "api_key",
        "javax.jdo.option.ConnectionPassword",
        "AWS_SESSION_TOKEN",
        "spark.ssl.keyStorePassword",
        "credentials",
        "--db-password",
        "sas"
      })
  void namesOfSecrets(String name) {
    assertThat(Redaction.isSecret(name)).isTrue();
    assertThat(Redaction.value(name, "hunter2")).isEqualTo(MASK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "regParam",
        "RegexTokenizer.minTokenLength",
        "Tokenizer.inputCol",
        "primaryKey",
        "partition_key",
        "maxIter",
        "spark.app.name",
        "monkey",
        "keyCol",
        "tokens",
        "spark.sql.shuffle.partitions"
      })
  void namesOfNoSecrets(String name) {
    assertThat(Redaction.isSecret(name)).isFalse();
    assertThat(Redaction.value(name, "plain")).isEqualTo("plain");
  }

  @Test
  void userInfoOfUrls() {
    assertThat(Redaction.text("see https://bob:s3cr3t@example.com/x?y=1"))
        .isEqualTo("see https://" + MASK + "@example.com/x?y=1");
    assertThat(Redaction.text("https://ghp_abc@github.com/a/b.git"))
        .isEqualTo("https://" + MASK + "@github.com/a/b.git");
    assertThat(Redaction.text("s3a://AKIA:abc+def@bucket/path"))
        .isEqualTo("s3a://" + MASK + "@bucket/path");
    assertThat(Redaction.text("https://bob:p@ss@example.com/"))
        .isEqualTo("https://" + MASK + "@example.com/");
    assertThat(Redaction.text("abfss://container@account.dfs.core.windows.net/x"))
        .isEqualTo("abfss://container@account.dfs.core.windows.net/x");
    assertThat(Redaction.text("https://example.com/@user")).isEqualTo("https://example.com/@user");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/app?user=bob&password=HIDDEN&ssl=true",
        "jdbc:sqlserver://db;user=sa;password={HIDDEN;x};encrypt=true",
        "jdbc:mysql://bob:HIDDEN@db:3306/app",
        "jdbc:oracle:thin:scott/HIDDEN@//db:1521/x",
        "jdbc:snowflake://x.com/?private_key=HIDDEN",
        "{\"password\": \"HIDDEN\", \"user\": \"bob\"}",
        "password = 'HIDDEN words'",
        "--conf spark.hadoop.fs.s3a.secret.key=HIDDEN",
        "Authorization: Bearer HIDDENHIDDEN",
        "https://b.s3.amazonaws.com/x?X-Amz-Signature=HIDDEN&X-Amz-Date=1",
        "https://a.blob.core.windows.net/x?sv=1&sig=HIDDEN%3D",
        "com.x.LoginModule required username=\"bob\" password=\"HIDDEN\";"
      })
  void secretsInTexts(String text) {
    assertThat(Redaction.text(text)).doesNotContain("HIDDEN").contains(MASK);
  }

  @Test
  void whatSurroundsASecretStays() {
    assertThat(Redaction.text("jdbc:postgresql://db/app?user=bob&password=x&ssl=true"))
        .isEqualTo("jdbc:postgresql://db/app?user=bob&password=" + MASK + "&ssl=true");
    assertThat(Redaction.text("a=1, token=abc, b=2")).isEqualTo("a=1, token=" + MASK + ", b=2");
    assertThat(Redaction.text("The key: to everything")).contains("to everything".substring(2));
  }

  @Test
  void redactingTwiceChangesNothingMore() {
    String once = Redaction.text("https://a:b@c/ password=x jdbc:oracle:thin:u/p@h");
    assertThat(Redaction.text(once)).isEqualTo(once);
  }

  @Test
  void mapsAndArguments() {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("url", "jdbc:mysql://u:p@h/d");
    values.put("db.password", "x");
    values.put("none", null);
    assertThat(Redaction.map(values))
        .containsEntry("url", "jdbc:mysql://" + MASK + "@h/d")
        .containsEntry("db.password", MASK)
        .containsEntry("none", null);
    assertThat(
            Redaction.arguments(
                List.of(
                    "--password", "x", "--token=y", "--verbose", "file.csv", "--api-key", "-v")))
        .containsExactly(
            "--password", MASK, "--token=" + MASK, "--verbose", "file.csv", "--api-key", "-v");
  }

  @Test
  void longTextsTakeNoLong() {
    String text = "password".repeat(20_000) + "://".repeat(20_000) + "=@".repeat(20_000);
    assertThat(Redaction.text(text)).isNotNull();
  }

  /** A name or a value is not cut where a bound of ours would be. */
  @Test
  void longNamesAndValuesAreMaskedWhole() {
    String name = "a.".repeat(500) + "password";
    assertThat(Redaction.text("x " + name + "=" + "s".repeat(10_000) + " y"))
        .isEqualTo("x " + name + "=" + MASK + " y");
  }

  /** Each of these took seconds when names were tried at every character. */
  @ParameterizedTest
  @ValueSource(strings = {"y", "y.", "Aa", "A", "0", "a=", "a:'", "k=\"", "=", " ", "@", "a://"})
  void aMegabyteIsReadOnce(String piece) {
    String text = piece.repeat(1_000_000 / piece.length());
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(5), () -> assertThat(Redaction.text(text)).isEqualTo(text));
  }
}
