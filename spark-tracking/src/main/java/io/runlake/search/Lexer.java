package io.runlake.search;

import io.runlake.search.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/** Cuts a filter or an item of an order into tokens, in one pass. */
final class Lexer {
  /** Longer texts are refused before they are read. */
  static final int MAX_LENGTH = 100_000;

  private final String what;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String what, String text) {
    this.what = what;
    this.text = text;
  }

  /** The tokens of a text, the last of which is {@link Kind#END}. */
  static List<Token> tokens(String what, String text) {
    if (text.length() > MAX_LENGTH) {
      throw new FilterException(
          "The "
              + what
              + " has "
              + text.length()
              + " characters; at most "
              + MAX_LENGTH
              + " are read. It stops at position "
              + (MAX_LENGTH + 1)
              + ".",
          MAX_LENGTH + 1);
    }
    Lexer lexer = new Lexer(what, text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
      } else if (c == '\'' || c == '"' || c == '`') {
        quoted(c);
      } else if (startsNumber()) {
        number();
      } else if (isWordPart(at)) {
        word();
      } else {
        symbol(c);
      }
    }
    add(Kind.END, "", at, at);
  }

  private void quoted(char quote) {
    int close = text.indexOf(quote, at + 1);
    if (close < 0) {
      throw error(
          "the quote " + quote + " is not closed", at, "put a " + quote + " after the text");
    }
    Kind kind = quote == '\'' ? Kind.SINGLE : quote == '"' ? Kind.DOUBLE : Kind.BACKTICK;
    add(kind, text.substring(at + 1, close), at, close + 1);
    at = close + 1;
  }

  private boolean startsNumber() {
    int digit = at;
    char c = text.charAt(digit);
    if (c == '+' || c == '-') {
      digit++;
    }
    if (digit < text.length() && text.charAt(digit) == '.') {
      digit++;
    }
    boolean follows = digit < text.length() && isDigit(text.charAt(digit));
    boolean afterQuote = !tokens.isEmpty() && last().quoted() && last().end() == at;
    return follows && !(afterQuote && c == '.');
  }

  private void number() {
    int start = at;
    if (text.charAt(at) == '+' || text.charAt(at) == '-') {
      at++;
    }
    digits();
    if (at < text.length() && text.charAt(at) == '.') {
      at++;
      digits();
    }
    exponent();
    if (at < text.length() && isWordPart(at)) {
      throw error("this is not a number", start, "write for instance 0.9, -3 or 1e-5");
    }
    add(Kind.NUMBER, text.substring(start, at), start, at);
  }

  private void exponent() {
    if (at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E')) {
      int digit = at + 1;
      if (digit < text.length() && (text.charAt(digit) == '+' || text.charAt(digit) == '-')) {
        digit++;
      }
      if (digit < text.length() && isDigit(text.charAt(digit))) {
        at = digit;
        digits();
      }
    }
  }

  private void digits() {
    while (at < text.length() && isDigit(text.charAt(at))) {
      at++;
    }
  }

  private void word() {
    int start = at;
    while (at < text.length() && isWordPart(at)) {
      at += Character.charCount(text.codePointAt(at));
    }
    add(Kind.WORD, text.substring(start, at), start, at);
  }

  private void symbol(char c) {
    int start = at++;
    switch (c) {
      case '(' -> add(Kind.OPEN, "(", start, at);
      case ')' -> add(Kind.CLOSE, ")", start, at);
      case ',' -> add(Kind.COMMA, ",", start, at);
      case '=', '!', '<', '>' -> operator(start);
      case ';' -> throw error("there is one statement only", start, "leave the ';' out");
      default ->
          throw error(
              "the character '" + text.substring(start, start + 1) + "' has no meaning here",
              start,
              "keys with other characters than letters, digits, '_' and '.' stand in back-ticks");
    }
  }

  private void operator(int start) {
    while (at < text.length() && "=!<>".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    String operator = text.substring(start, at);
    switch (operator) {
      case "=", "!=", "<", "<=", ">", ">=" -> add(Kind.OPERATOR, operator, start, at);
      case "==" -> throw error("'==' is no comparator", start, "write '='");
      case "<>" -> throw error("'<>' is no comparator", start, "write '!='");
      default ->
          throw error(
              "'" + Parser.shortened(operator) + "' is no comparator",
              start,
              "write one of = != < <= > >=");
    }
  }

  private Token last() {
    return tokens.get(tokens.size() - 1);
  }

  private void add(Kind kind, String value, int start, int end) {
    tokens.add(new Token(kind, value, start, end));
  }

  private FilterException error(String why, int index, String mend) {
    return Parser.error(what, text, why, index, mend);
  }

  private boolean isWordPart(int index) {
    int c = text.codePointAt(index);
    return Character.isLetterOrDigit(c)
        || c == '_'
        || c == '.'
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
