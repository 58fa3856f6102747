package io.runlake.store.delta;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AppendedTest {
  private static final String INFO =
      "{\"commitInfo\":{\"txnId\":\"t\",\"operationParameters\":{}}}";
  private static final String ADD =
      "{\"add\":{\"path\":\"a\",\"partitionValues\":{\"size\":\"9\"},\"size\":7,"
          + "\"stats\":\"{}\",\"deletionVector\":null,\"tags\":{\"size\":\"1\"}}}";

  private static Optional<Appended> in(String... lines) {
    return Appended.in(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void addedFilesAreCounted() {
    assertThat(in(INFO)).contains(new Appended(0, 0));
    assertThat(in(INFO, ADD, ADD, "")).contains(new Appended(2, 14));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"remove\":{\"path\":\"a\",\"size\":7}}",
        "{\"metaData\":{\"id\":\"x\"}}",
        "{\"protocol\":{\"minReaderVersion\":1}}",
        "{\"txn\":{\"appId\":\"x\",\"version\":1}}",
        "{\"domainMetadata\":{\"domain\":\"x\"}}",
        "{\"add\":{\"path\":\"b\"}}",
        "{\"add\":{\"path\":\"b\",\"size\":1,\"deletionVector\":{\"storageType\":\"u\"}}}",
        "{\"add\":{\"path\":\"b\",\"size\":1",
        "{\"add\":7}",
        "{\"add\":{\"size\":1},\"remove\":{}}",
        "[]",
        "no JSON",
      })
  void whatDoesMoreThanAddFilesIsNotCounted(String line) {
    assertThat(in(INFO, ADD, line)).isEmpty();
  }
}
