package io.runlake.search;

import io.runlake.search.Condition.Comparison;
import io.runlake.search.Field.Entity;
import io.runlake.search.Fields.Attribute;
import io.runlake.search.Fields.Type;
import io.runlake.search.Token.Kind;
import io.runlake.text.NearestMatch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads MLflow's grammar: {@code filter := clause (AND clause)*}, a clause being identifier,
 * comparator, value, and an order item {@code identifier [ASC|DESC]}.
 */
final class Parser {
  private static final String CLAUSE =
      "a filter is clauses such as metrics.accuracy > 0.9 or params.depth = '5', joined by AND";
  private static final String COLUMN = "column";
  private static final int SHOWN = 60;

  private final String what;
  private final String text;
  private final Fields fields;
  private final List<Token> tokens;
  private int next;

  private Parser(String what, String text, Fields fields) {
    this.what = what;
    this.text = text;
    this.fields = fields;
    this.tokens = Lexer.tokens(what, text);
  }

  static List<Condition> filter(String text, Fields fields) {
    return new Parser("filter string", text, fields).filter();
  }

  static Order.Item orderItem(String text, Fields fields) {
    return new Parser("order_by clause", text, fields).orderItem();
  }

  static Field column(String text, Fields fields) {
    return new Parser(COLUMN, text, fields).column();
  }

  private List<Condition> filter() {
    List<Condition> conditions = new ArrayList<>();
    if (peek().kind() == Kind.END) {
      return conditions;
    }
    conditions.add(clause());
    while (peek().kind() != Kind.END) {
      Token and = take();
      if (!and.isWord("AND")) {
        String why =
            and.isWord("OR")
                ? "OR is not supported"
                : "AND or the end was expected, not " + shown(and);
        throw error(why, and, CLAUSE);
      }
      conditions.add(clause());
    }
    return conditions;
  }

  private Condition clause() {
    Identifier identifier = identifier();
    Typed typed = typed(identifier, fields.filterable(), "attribute");
    Token comparator = take();
    if (comparator.kind() != Kind.OPERATOR && comparator.kind() != Kind.WORD) {
      throw error(
          "a comparator was expected after "
              + shortened(identifier.shown())
              + ", not "
              + shown(comparator),
          comparator,
          CLAUSE);
    }
    return typed.type() == Type.NUMBER
        ? numeric(typed.field(), comparator)
        : textual(typed, comparator);
  }

  private Condition numeric(Field field, Token comparator) {
    if (comparator.kind() != Kind.OPERATOR) {
      throw comparatorError(field, comparator, "= != < <= > >=");
    }
    Token value = take();
    if (value.kind() != Kind.NUMBER) {
      throw error(
          field + " is compared with a number, not with " + shown(value),
          value,
          "write the number without quotes");
    }
    return new Condition.Number(
        field, Comparison.of(comparator.text()), Double.parseDouble(value.text()));
  }

  private Condition textual(Typed typed, Token comparator) {
    Field field = typed.field();
    boolean list = typed.type() == Type.ID;
    String legal = list ? "= != LIKE ILIKE IN, NOT IN" : "= != LIKE ILIKE";
    if (comparator.isWord("LIKE") || comparator.isWord("ILIKE")) {
      return new Condition.Like(field, textValue(field), comparator.isWord("ILIKE"));
    }
    if (comparator.isWord("IN") || comparator.isWord("NOT")) {
      if (!list || comparator.isWord("NOT") && !peek().isWord("IN")) {
        throw comparatorError(field, comparator, legal);
      }
      if (comparator.isWord("NOT")) {
        take();
      }
      return new Condition.In(field, comparator.isWord("IN"), listValue(field));
    }
    if (comparator.text().equals("=") || comparator.text().equals("!=")) {
      return new Condition.Text(field, comparator.text().equals("="), textValue(field));
    }
    throw comparatorError(field, comparator, legal);
  }

  private FilterException comparatorError(Field field, Token comparator, String legal) {
    return error(
        "the comparator " + shown(comparator) + " does not fit " + field,
        comparator,
        "it takes one of " + legal);
  }

  private String textValue(Field field) {
    Token value = take();
    if (value.kind() != Kind.SINGLE && value.kind() != Kind.DOUBLE) {
      throw error(
          field + " is compared with a text in quotes, not with " + shown(value),
          value,
          "write for instance 'text', also for numbers");
    }
    return value.text();
  }

  private Set<String> listValue(Field field) {
    Token open = take();
    if (open.kind() != Kind.OPEN) {
      throw error("a list was expected, not " + shown(open), open, "write ('a', 'b')");
    }
    Set<String> values = new LinkedHashSet<>();
    if (peek().kind() == Kind.CLOSE) {
      throw error("the list is empty", peek(), "write ('a', 'b')");
    }
    while (peek().kind() != Kind.CLOSE) {
      values.add(textValue(field));
      Token separator = peek();
      if (separator.kind() == Kind.COMMA) {
        take();
      } else if (separator.kind() != Kind.CLOSE) {
        throw error(
            "',' or ')' was expected, not " + shown(separator), separator, "write ('a', 'b')");
      }
    }
    take();
    return values;
  }

  private Field column() {
    Typed typed = typed(identifier(), fields.sortable(), "attribute");
    if (peek().kind() != Kind.END) {
      throw error(
          "the end was expected, not " + shown(peek()),
          peek(),
          "one column is a key such as metrics.accuracy, or a kind such as metrics");
    }
    return typed.field();
  }

  private Order.Item orderItem() {
    Identifier identifier = identifier();
    Typed typed = typed(identifier, fields.sortable(), "attribute to order by");
    if (typed.field().entity() == Entity.DATASET) {
      throw error(
          "runs are not ordered by datasets", identifier.first(), "order by metrics, params, tags");
    }
    boolean descending = peek().isWord("DESC");
    if (descending || peek().isWord("ASC")) {
      take();
    }
    if (peek().kind() != Kind.END) {
      throw error(
          "ASC, DESC or the end was expected, not " + shown(peek()),
          peek(),
          "one item is a key and a direction, such as metrics.accuracy DESC");
    }
    return new Order.Item(typed.field(), typed.type() == Type.NUMBER, descending);
  }

  /** The pieces of an identifier stand without a gap; the first dot outside of quotes splits it. */
  private Identifier identifier() {
    Token first = take();
    boolean starts =
        first.kind() == Kind.WORD || first.kind() == Kind.DOUBLE || first.kind() == Kind.BACKTICK;
    if (!starts) {
      String why =
          first.kind() == Kind.OPEN
              ? "parentheses are for the lists of IN only"
              : "a key was expected, not " + shown(first);
      throw error(why, first, CLAUSE);
    }
    List<Token> pieces = new ArrayList<>(List.of(first));
    while (peek().start() == pieces.get(pieces.size() - 1).end()
        && (peek().kind() == Kind.WORD || peek().quoted())) {
      pieces.add(take());
    }
    return split(pieces);
  }

  private Identifier split(List<Token> pieces) {
    Token first = pieces.get(0);
    if (pieces.size() == 1 && first.quoted()) {
      return new Identifier("", first.text(), first);
    }
    if (pieces.size() == 1) {
      int dot = first.text().indexOf('.');
      return dot < 0
          ? new Identifier("", first.text(), first)
          : new Identifier(first.text().substring(0, dot), first.text().substring(dot + 1), first);
    }
    if (pieces.size() == 2 && !first.quoted() && dotAtEndOnly(first) && pieces.get(1).quoted()) {
      return new Identifier(
          first.text().substring(0, first.text().length() - 1), pieces.get(1).text(), first);
    }
    if (pieces.size() == 2 && first.quoted() && pieces.get(1).text().startsWith(".")) {
      return new Identifier(first.text(), pieces.get(1).text().substring(1), first);
    }
    if (pieces.size() == 3
        && first.quoted()
        && pieces.get(1).text().equals(".")
        && pieces.get(2).quoted()) {
      return new Identifier(first.text(), pieces.get(2).text(), first);
    }
    throw error("this is not a key", first, "quote the whole of it: metrics.`my key`");
  }

  private static boolean dotAtEndOnly(Token word) {
    return word.text().indexOf('.') == word.text().length() - 1;
  }

  private Typed typed(
      Identifier identifier, java.util.Map<String, Attribute> attributes, String kind) {
    Entity entity = entity(identifier);
    String key = identifier.key();
    if (key.isEmpty()) {
      throw error("the key is empty", identifier.first(), "write for instance metrics.accuracy");
    }
    switch (entity) {
      case METRIC -> {
        return new Typed(new Field(entity, key), Type.NUMBER);
      }
      case PARAM, TAG -> {
        return new Typed(new Field(entity, key), Type.TEXT);
      }
      case DATASET -> {
        if (!Fields.DATASET_KEYS.contains(key)) {
          throw unknown("key of a dataset", key, Fields.DATASET_KEYS, identifier);
        }
        return new Typed(new Field(entity, key), Type.ID);
      }
      case ATTRIBUTE -> {
        Attribute attribute = attributes.get(key);
        if (attribute == null) {
          throw unknown(kind, key, attributes.keySet(), identifier);
        }
        return new Typed(new Field(entity, attribute.key()), attribute.type());
      }
      default -> throw new IllegalStateException("No such entity: " + entity);
    }
  }

  private Entity entity(Identifier identifier) {
    if (identifier.prefix().isEmpty()) {
      return Entity.ATTRIBUTE;
    }
    Entity entity = fields.prefixes().get(identifier.prefix());
    if (entity == null) {
      throw unknown("kind of key", identifier.prefix(), fields.prefixes().keySet(), identifier);
    }
    return entity;
  }

  private FilterException unknown(
      String kind, String key, Collection<String> known, Identifier identifier) {
    return error(
        "'" + shortened(key) + "' is no " + kind + NearestMatch.hint(shortened(key), known),
        identifier.first(),
        "it is one of " + new TreeSet<>(known));
  }

  private Token peek() {
    return tokens.get(next);
  }

  private Token take() {
    Token token = tokens.get(next);
    if (token.kind() != Kind.END) {
      next++;
    }
    return token;
  }

  private FilterException error(String why, Token token, String mend) {
    return error(what, text, why, token.start(), mend);
  }

  /** The one form of the messages: MLflow's beginning, then why, where, and what to do. */
  static FilterException error(String what, String text, String why, int index, String mend) {
    String head =
        what.startsWith("filter")
            ? "Invalid clause(s) in filter string"
            : "Invalid " + (what.equals(COLUMN) ? COLUMN : "order_by clause");
    return new FilterException(
        head
            + ": '"
            + shortened(text)
            + "': "
            + why
            + " at position "
            + (index + 1)
            + "; "
            + mend
            + ".",
        index + 1);
  }

  static String shortened(String text) {
    String printable = text.replaceAll("\\p{Cntrl}", " ");
    return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
  }

  private static String shown(Token token) {
    return switch (token.kind()) {
      case END -> "the end";
      case SINGLE -> "'" + shortened(token.text()) + "'";
      case DOUBLE -> '"' + shortened(token.text()) + '"';
      case BACKTICK -> "`" + shortened(token.text()) + "`";
      case WORD, NUMBER, OPERATOR, OPEN, CLOSE, COMMA -> "'" + shortened(token.text()) + "'";
    };
  }

  private record Identifier(String prefix, String key, Token first) {
    String shown() {
      return prefix.isEmpty() ? key : prefix + "." + key;
    }
  }

  private record Typed(Field field, Type type) {}
}
