package io.runlake.search;

/**
 * A piece of a filter.
 *
 * @param text without quotes, for a quoted text
 * @param start the index of its first character, from 0
 * @param end the index after its last character
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    /** Letters, digits, {@code _} and dots. */
    WORD,
    NUMBER,
    /** In single quotes. */
    SINGLE,
    /** In double quotes. */
    DOUBLE,
    /** In back-ticks. */
    BACKTICK,
    OPERATOR,
    OPEN,
    CLOSE,
    COMMA,
    END
  }

  boolean quoted() {
    return kind == Kind.SINGLE || kind == Kind.DOUBLE || kind == Kind.BACKTICK;
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }
}
