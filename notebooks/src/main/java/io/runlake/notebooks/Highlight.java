package io.runlake.notebooks;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Code as HTML with its comments, strings, numbers and keywords marked. */
final class Highlight {
  private static final Pattern SCALA =
      Pattern.compile(
          "(?<comment>//[^\\n]*|/\\*[\\s\\S]*?\\*/)"
              + "|(?<string>\"\"\"[\\s\\S]*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\")"
              + "|(?<keyword>\\b(?:abstract|case|catch|class|def|do|else|extends|false|final"
              + "|finally|for|if|implicit|import|lazy|match|new|null|object|override|package"
              + "|private|return|sealed|super|this|throw|trait|true|try|type|val|var|while|with"
              + "|yield)\\b)"
              + "|(?<number>\\b\\d[\\d_]*(?:\\.\\d+)?[LlFfDd]?\\b)");
  private static final Pattern SQL =
      Pattern.compile(
          "(?<comment>--[^\\n]*|/\\*[\\s\\S]*?\\*/)"
              + "|(?<string>'(?:''|[^'])*')"
              + "|(?<keyword>\\b(?i:all|and|as|asc|between|by|case|create|cross|delta|desc|describe"
              + "|distinct|else|end|exists|explode|false|from|full|group|having|history|in|inner"
              + "|insert|into|is|join|lateral|left|like|limit|location|not|null|on|or|order|over"
              + "|partition|right|select|set|show|table|then|true|union|using|values|view|when"
              + "|where|with)\\b)"
              + "|(?<number>\\b\\d+(?:\\.\\d+)?\\b)");
  private static final String[] CLASSES = {"comment", "string", "keyword", "number"};

  private Highlight() {}

  static String of(Cell.Kind kind, String text) {
    Matcher token = (kind == Cell.Kind.SQL ? SQL : SCALA).matcher(text);
    StringBuilder html = new StringBuilder();
    int done = 0;
    while (token.find()) {
      html.append(HtmlPage.escape(text.substring(done, token.start())));
      for (String name : CLASSES) {
        if (token.group(name) != null) {
          html.append("<span class=\"").append(name).append("\">");
          html.append(HtmlPage.escape(token.group())).append("</span>");
        }
      }
      done = token.end();
    }
    return html.append(HtmlPage.escape(text.substring(done))).toString();
  }
}
