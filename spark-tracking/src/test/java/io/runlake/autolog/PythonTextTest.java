package io.runlake.autolog;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts were printed by CPython 3.11. */
class PythonTextTest {
  @ParameterizedTest
  @CsvSource({
    "1e-6, 1e-06",
    "1e-4, 0.0001",
    "0.00001234, 1.234e-05",
    "1e15, 1000000000000000.0",
    "1e16, 1e+16",
    "123456789012345680.0, 1.2345678901234568e+17",
    "1.5e300, 1.5e+300",
    "4.9e-324, 5e-324",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2e23, 2e+23",
    "2.0e-3, 0.002",
    "0.1, 0.1",
    "100, 100.0",
    "-0.0, -0.0",
    "0.30000000000000004, 0.30000000000000004",
    "-2.5e-7, -2.5e-07",
    "NaN, nan",
    "Infinity, inf",
    "-Infinity, -inf",
    "9007199254740993.0, 9007199254740992.0",
    "5.684341886080801e-14, 5.684341886080801e-14"
  })
  void numbers(double value, String expected) {
    assertThat(PythonText.real(value)).isEqualTo(expected);
  }

  @Test
  void stringsInsideAListAreQuotedAsPythonDoes() {
    assertThat(PythonText.quoted("a")).isEqualTo("'a'");
    assertThat(PythonText.quoted("it's")).isEqualTo("\"it's\"");
    assertThat(PythonText.quoted("it's \"x\"")).isEqualTo("'it\\'s \"x\"'");
    assertThat(PythonText.quoted("a\\b\n\t\r\u0001\u007f"))
        .isEqualTo("'a\\\\b\\n\\t\\r\\x01\\x7f'");
    assertThat(PythonText.quoted("Größe 温度")).isEqualTo("'Größe 温度'");
  }

  @Test
  void listsSayHowMuchWasLeftOut() {
    ParamValue list =
        new ParamValue.Items(
            List.of(
                new ParamValue.Whole(1),
                new ParamValue.Real(0.5),
                new ParamValue.Text("x"),
                new ParamValue.Flag(false),
                new ParamValue.None(),
                new ParamValue.Items(List.of(), 0)),
            7);
    StageNames names =
        StageNames.of(new EstimatorFacts("A", "a", EstimatorFacts.Kind.OTHER, List.of()));
    assertThat(PythonText.str(list, names))
        .isEqualTo("[1, 0.5, 'x', False, None, [], ... (7 more)]");
    assertThat(PythonText.str(new ParamValue.Text("x"), names)).isEqualTo("x");
  }
}
