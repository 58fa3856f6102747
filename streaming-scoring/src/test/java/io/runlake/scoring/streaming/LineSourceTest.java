package io.runlake.scoring.streaming;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.runlake.scoring.JobException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineSourceTest {
  @Test
  void aLimitThatThisSparkWouldPassOverIsRefused() {
    assertThatThrownBy(() -> LineSource.checkLimit("3.5.3", Optional.of("64m")))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("max-bytes-per-trigger 64m")
        .hasMessageContaining("Spark 3.5.3")
        .hasMessageContaining("max-files-per-trigger");
    assertThatCode(() -> LineSource.checkLimit("3.5.3", Optional.empty()))
        .doesNotThrowAnyException();
    assertThatCode(() -> LineSource.checkLimit("4.0.1", Optional.of("64m")))
        .doesNotThrowAnyException();
  }
}
