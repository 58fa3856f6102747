package io.runlake.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogStoresTest {
  private final SparkConf conf = new SparkConf(false);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:/data/x",
        "/data/x",
        "s3a://bucket/x",
        "s3://bucket/x",
        "hdfs://host/x",
        "abfss://c@a.dfs.core.windows.net/x"
      })
  void whatWeInstallIsWhatWeAskFor(String table) {
    LogStores.install(conf);
    assertThatCode(() -> LogStores.require(conf, table)).doesNotThrowAnyException();
  }

  @Test
  void theClassesAreThere() throws Exception {
    LogStores.install(conf);
    for (String scheme : new String[] {"file", "s3", "s3a"}) {
      Class<?> type = Class.forName(conf.get("spark.delta.logStore." + scheme + ".impl"));
      assertThat(io.delta.storage.LogStore.class).isAssignableFrom(type);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:/data/x", "s3a://bucket/x"})
  void anotherOneForTheSchemeIsRefused(String table) {
    String key = "spark.delta.logStore." + table.substring(0, table.indexOf(':')) + ".impl";
    conf.set(key, "io.delta.storage.S3SingleDriverLogStore");
    LogStores.install(conf);
    assertThat(conf.get(key)).isEqualTo("io.delta.storage.S3SingleDriverLogStore");
    assertThatThrownBy(() -> LogStores.require(conf, table))
        .isInstanceOf(JobException.class)
        .hasMessageContaining(table)
        .hasMessageContaining(key + "=io.runlake.store.delta.")
        .hasMessageContaining("it is io.delta.storage.S3SingleDriverLogStore. Remove that setting");
  }

  @Test
  void oneForAllIsLeftAloneAndRefusedWhereItIsNotSafe() {
    conf.set("spark.delta.logStore.class", "io.delta.storage.HDFSLogStore");
    LogStores.install(conf);
    assertThat(conf.contains("spark.delta.logStore.file.impl")).isFalse();
    assertThatCode(() -> LogStores.require(conf, "hdfs://host/x")).doesNotThrowAnyException();
    assertThatThrownBy(() -> LogStores.require(conf, "s3a://bucket/x"))
        .hasMessageContaining("spark.delta.logStore.class is io.delta.storage.HDFSLogStore.");
  }

  @Test
  void noneAtAllIsRefused() {
    assertThatThrownBy(() -> LogStores.require(conf, "s3a://bucket/x"))
        .hasMessageContaining("it is not set. Set it.");
  }
}
