package io.runlake.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class SvgPlotTest {
  private static Document xml(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void aCurveGoesFromCornerToCorner() throws Exception {
    Document plot =
        xml(
            SvgPlot.curves(
                "t",
                "x",
                "y",
                List.of(new SvgPlot.Series("s", List.of(new double[] {0, 0}, new double[] {1, 1}))),
                true));
    Element curve = (Element) plot.getElementsByTagName("polyline").item(0);
    assertThat(curve.getAttribute("points")).isEqualTo("70.0,360.0 490.0,40.0 ");
  }

  @Test
  void namesOfAnyKindAreXmlAndNumbersHavePoints() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      String svg = SvgPlot.bars("<a & b>", List.of("x\u0001<&'\""), List.of(-0.5));
      assertThat(svg).contains("-0.5").doesNotContain("-0,5");
      assertThat(xml(svg).getElementsByTagName("text").item(0).getTextContent())
          .isEqualTo("<a & b>");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void emptyAndNotFiniteDataStillDraw() throws Exception {
    xml(SvgPlot.bars("none", List.of(), List.of()));
    xml(SvgPlot.matrix("nan", "r", "c", List.of("a"), new double[][] {{Double.NaN}}));
    String svg =
        SvgPlot.curves(
            "t",
            "x",
            "y",
            List.of(
                new SvgPlot.Series(
                    "s",
                    List.of(
                        new double[] {Double.NaN, 1},
                        new double[] {0.5, Double.POSITIVE_INFINITY}))),
            false);
    xml(svg);
    assertThat(svg).doesNotContain("NaN").doesNotContain("Infinity");
  }

  @Test
  void csvQuotesWhatNeedsIt() {
    assertThat(
            Csv.text(List.of("a", "b"), List.of(Arrays.asList("x,\"y\"", null), List.of(1, 2.5))))
        .isEqualTo("a,b\n\"x,\"\"y\"\"\",\n1,2.5\n");
    assertThatThrownBy(() -> Csv.text(List.of("a"), List.of(List.of(1, 2))))
        .hasMessageContaining("[1, 2]");
  }
}
