package io.runlake.notebooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class HtmlPageTest {
  private static final String EVIL = "</pre><script>alert(\"1\" & '2')</script>";

  private static String page(Cell.Kind kind, String text, Output... outputs) {
    Cell cell = new Cell(1, 2, kind, text);
    return HtmlPage.of(
        new Notebook("n.scala", List.of(cell)),
        List.of(new Executed(cell, List.of(outputs), Duration.ofMillis(1500))),
        "Spark");
  }

  @Test
  void nothingThatACellSaysBecomesMarkup() {
    Output.Table.Column column = new Output.Table.Column(EVIL, false);
    for (String page :
        List.of(
            page(Cell.Kind.MARKDOWN, "# " + EVIL + "\n\n" + EVIL),
            page(Cell.Kind.MARKDOWN, "[x](javascript:alert(1))"),
            page(Cell.Kind.SCALA, "val a = \"" + EVIL + "\" // " + EVIL),
            page(Cell.Kind.SQL, "SELECT '" + EVIL + "' -- " + EVIL),
            page(
                Cell.Kind.SCALA,
                EVIL,
                new Output.Printed(EVIL),
                new Output.Defined(List.of(EVIL)),
                new Output.Table(List.of(column), List.of(List.of(EVIL)), false)))) {
      assertThat(page).doesNotContain("<script").doesNotContain("javascript:");
      assertThat(page).contains("<style>").endsWith("</html>\n");
    }
  }

  @Test
  void aPictureIsAnImageWhoseScriptsDoNotRun() throws Exception {
    String svg = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    Document page =
        parsed(
            page(Cell.Kind.SCALA, "show()", new Output.Picture(svg))
                .replace("\"></div>", "\"/></div>"));
    String source =
        page.getElementsByTagName("img").item(0).getAttributes().getNamedItem("src").getNodeValue();
    assertThat(source).startsWith("data:image/svg+xml;base64,");
    assertThat(Base64.getDecoder().decode(source.substring(source.indexOf(',') + 1)))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(svg);
    assertThatThrownBy(() -> new Output.Picture("<b>no picture</b>"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPageNeedsNoOtherFile() {
    assertThat(page(Cell.Kind.SCALA, "val a = 1"))
        .doesNotContain("<link")
        .doesNotContain("src=")
        .doesNotContain("url(")
        .doesNotContain("@import")
        .doesNotContain("http");
  }

  @Test
  void theCodeIsOnThePageAsItWasWritten() throws Exception {
    String code = "val a = s\"x < $b\" // 1 & 2\nval c = \"\"\"<b>\n\"d\" \"\"\"; yield 10_000L";
    Document page = parsed(page(Cell.Kind.SCALA, code));
    assertThat(page.getElementsByTagName("code").item(0).getTextContent()).isEqualTo(code);
    String sql = "SELECT 'it''s' AS a, 2.5 -- why\nFROM t";
    page = parsed(page(Cell.Kind.SQL, sql));
    assertThat(page.getElementsByTagName("code").item(0).getTextContent()).isEqualTo(sql);
    assertThat(page.getElementsByTagName("code").item(0).getChildNodes().getLength())
        .isGreaterThan(5);
  }

  @Test
  void aTableHasItsRowsItsNullsAndAWordWhenItIsCut() throws Exception {
    Output.Table table =
        new Output.Table(
            List.of(new Output.Table.Column("n", true), new Output.Table.Column("s", false)),
            List.of(Arrays.asList("1", null), List.of("2", "")),
            true);
    Document page = parsed(page(Cell.Kind.SQL, "SELECT 1", table));
    NodeList cells = page.getElementsByTagName("td");
    assertThat(cells.getLength()).isEqualTo(4);
    assertThat(cells.item(0).getAttributes().getNamedItem("class").getNodeValue())
        .isEqualTo("number");
    assertThat(cells.item(1).getTextContent()).isEqualTo("null");
    assertThat(cells.item(3).getTextContent()).isEmpty();
    assertThat(page.getDocumentElement().getTextContent()).contains("the first 2 rows");
  }

  /** The page's body is well-formed XML too, so that a plain parser tells what stands where. */
  private static Document parsed(String page) throws Exception {
    String body = page.substring(page.indexOf("<main>"), page.indexOf("</main>")) + "</main>";
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new java.io.StringReader(body)));
  }
}
