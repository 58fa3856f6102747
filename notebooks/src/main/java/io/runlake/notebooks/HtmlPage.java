package io.runlake.notebooks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** An executed notebook as one HTML page that needs no other file. */
final class HtmlPage {
  private static final String STYLE = "notebook.css";
  private static final int SHORT = 32;

  private final Parser parser = Parser.builder().build();
  private final HtmlRenderer markdown =
      HtmlRenderer.builder().escapeHtml(true).sanitizeUrls(true).build();
  private final StringBuilder page = new StringBuilder();

  private HtmlPage() {}

  /**
   * The page.
   *
   * @param with what the notebook was executed with, for the last line
   */
  static String of(Notebook notebook, List<Executed> cells, String with) {
    HtmlPage html = new HtmlPage();
    html.head(notebook.title());
    cells.forEach(html::cell);
    html.foot(notebook, with);
    return html.page.toString();
  }

  private void head(String title) {
    page.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>")
        .append(escape(title))
        .append("</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<main>\n");
  }

  private void foot(Notebook notebook, String with) {
    page.append("<footer>Executed from ")
        .append(escape(notebook.name()))
        .append(" with ")
        .append(escape(with))
        .append(".</footer>\n</main>\n</body>\n</html>\n");
  }

  private void cell(Executed executed) {
    Cell cell = executed.cell();
    if (cell.kind() == Cell.Kind.MARKDOWN) {
      page.append("<section class=\"text\">\n")
          .append(markdown.render(parser.parse(cell.text())))
          .append("</section>\n");
      return;
    }
    page.append("<section class=\"code\" id=\"cell-")
        .append(cell.number())
        .append("\">\n<div class=\"head\">")
        .append(cell.kind().title())
        .append("</div>\n<pre class=\"source\"><code>")
        .append(Highlight.of(cell.kind(), cell.text()))
        .append("</code></pre>\n");
    executed.outputs().forEach(this::output);
    page.append("</section>\n");
  }

  private void output(Output output) {
    if (output instanceof Output.Printed printed) {
      page.append("<pre class=\"printed\">").append(escape(printed.text())).append("</pre>\n");
    } else if (output instanceof Output.Value value) {
      page.append("<pre class=\"printed\">").append(escape(value.text())).append("</pre>\n");
    } else if (output instanceof Output.Picture picture) {
      page.append("<div class=\"picture\"><img alt=\"\" src=\"data:image/svg+xml;base64,")
          .append(Base64.getEncoder().encodeToString(picture.svg().getBytes(UTF_8)))
          .append("\"></div>\n");
    } else if (output instanceof Output.Defined defined) {
      page.append("<details><summary>")
          .append(counted(defined.names().size(), "definition"))
          .append("</summary><pre>")
          .append(escape(String.join("\n", defined.names())))
          .append("</pre></details>\n");
    } else if (output instanceof Output.Table table) {
      table(table);
    }
  }

  private void table(Output.Table table) {
    page.append("<div class=\"scroll\"><table>\n<thead><tr>");
    for (Output.Table.Column column : table.columns()) {
      page.append(column.numeric() ? "<th class=\"number\">" : "<th>")
          .append(escape(column.name()))
          .append("</th>");
    }
    page.append("</tr></thead>\n<tbody>\n");
    for (List<String> row : table.rows()) {
      page.append("<tr>");
      for (int i = 0; i < row.size(); i++) {
        page.append(table.columns().get(i).numeric() ? "<td class=\"number\">" : "<td>")
            .append(value(row.get(i)))
            .append("</td>");
      }
      page.append("</tr>\n");
    }
    page.append("</tbody>\n</table></div>\n<p class=\"count\">")
        .append(table.more() ? "the first " : "")
        .append(counted(table.rows().size(), "row"))
        .append("</p>\n");
  }

  /** Short values, such as a time, are not broken over lines. */
  private static String value(String text) {
    if (text == null) {
      return "<span class=\"null\">null</span>";
    }
    return text.length() <= SHORT
        ? "<span class=\"short\">" + escape(text) + "</span>"
        : escape(text);
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** A text as content of an element or of a quoted attribute. */
  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  private static String style() {
    try (InputStream css = HtmlPage.class.getResourceAsStream(STYLE)) {
      if (css == null) {
        throw new IllegalStateException(STYLE + " is not on the class path.");
      }
      return new String(css.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + STYLE, e);
    }
  }
}
