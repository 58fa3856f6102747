package io.runlake.flavor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.flavor.ModelException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelUriTest {
  @Test
  void eachFormHasItsType() {
    assertThat(ModelUri.parse("models:/occupancy/3"))
        .isEqualTo(new ModelUri.Version("occupancy", 3));
    assertThat(ModelUri.parse("models:/my model@champion"))
        .isEqualTo(new ModelUri.Alias("my model", "champion"));
    assertThat(ModelUri.parse("models:/occupancy/production"))
        .isEqualTo(new ModelUri.Stage("occupancy", "Production"));
    assertThat(ModelUri.parse("models:/occupancy/LATEST"))
        .isEqualTo(new ModelUri.Latest("occupancy"));
    assertThat(ModelUri.parse("runs:/0193e2f1a0b07c3d8e4f5a6b7c8d9e0f/model/"))
        .isEqualTo(new ModelUri.RunArtifact("0193e2f1a0b07c3d8e4f5a6b7c8d9e0f", "model"));
    assertThat(ModelUri.parse(" /data//models/./x/ "))
        .isEqualTo(new ModelUri.ModelPath("/data/models/x"));
  }

  @ParameterizedTest
  @CsvSource({
    "S3A://bucket//a/b/, s3a://bucket/a/b",
    "file:///a/b, file:/a/b",
    "file:/a/b, file:/a/b",
    "abfss://c@acc.dfs.core.windows.net/a, abfss://c@acc.dfs.core.windows.net/a",
    "hdfs://name:8020/a, hdfs://name:8020/a",
    "a/b, a/b",
    "., .",
    "models:/a/007, models:/a/7"
  })
  void textsAreCanonical(String given, String canonical) {
    ModelUri uri = ModelUri.parse(given);
    assertThat(uri.text()).isEqualTo(canonical);
    assertThat(ModelUri.parse(uri.text())).isEqualTo(uri);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "  ",
        "models:/",
        "models:/occupancy",
        "models:occupancy/3",
        "models://server/occupancy/3",
        "models:/occupancy/",
        "models:/occupancy/0",
        "models:/occupancy/-1",
        "models:/occupancy/1.0",
        "models:/occupancy/99999999999",
        "models:/occupancy/3/MLmodel",
        "models:/occupancy@champion/3",
        "models:/occupancy@",
        "models:/@champion",
        "models:/occupancy@latest",
        "models:/occupancy@v3",
        "models:/occupancy@a b",
        "models:/../3",
        "models:/a%2fb/3",
        "models:/m-0123456789abcdef0123456789abcdef",
        "models:/occupancy/Prodution",
        "runs:/abc",
        "runs:/abc/",
        "runs:/a.b/model",
        "runs:/abc/../other/model",
        "runs:/abc//etc/passwd/..",
        "runs:/abc/%2e%2e/x",
        "/models/../etc",
        "file:etc",
        "file://otherhost/etc",
        "http://example.com/model",
        "s3a://key:secret@bucket/x",
        "s3a://user@bucket/x",
        "/a#b",
        "/a?b",
        "/a\\b",
        "/a\u0000b",
        "/a/{b,c}",
        "/a/*",
        "/a,/b"
      })
  void whatIsNoModelUriIsRefused(String text) {
    assertThatThrownBy(() -> ModelUri.parse(text))
        .isInstanceOfSatisfying(
            ModelException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BAD_URI))
        .hasMessageStartingWith("Bad model URI");
  }

  @Test
  void messagesHelpAndTellNoSecrets() {
    assertThatThrownBy(() -> ModelUri.parse("models:/occupancy/Prodution"))
        .hasMessageContaining("did you mean 'Production'?")
        .hasMessageContaining("models:/occupancy@Prodution");
    assertThatThrownBy(() -> ModelUri.parse("models:/occupancy@v3"))
        .hasMessageContaining("models:/occupancy/3");
    assertThatThrownBy(() -> ModelUri.parse("s3a://AKIA:hunter2@bucket/x"))
        .hasMessageNotContaining("hunter2");
    assertThatThrownBy(() -> ModelUri.parse(null)).isInstanceOf(ModelException.class);
  }

  @Test
  void noInstanceEscapesTheChecks() {
    assertThatThrownBy(() -> new ModelUri.ModelPath("/a/../b")).isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> new ModelUri.RunArtifact("abc", "../b"))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> new ModelUri.Version("a/b", 1)).isInstanceOf(ModelException.class);
  }
}
