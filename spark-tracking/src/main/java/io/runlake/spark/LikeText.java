package io.runlake.spark;

import io.runlake.search.Condition;
import io.runlake.search.Field;
import java.util.function.Predicate;
import org.apache.spark.sql.api.java.UDF1;

/**
 * {@code LIKE} and {@code ILIKE} as {@link Condition.Like} has them. Spark's own differ between its
 * versions and with the JVM's language in what is the lower case of a letter, and take time without
 * bound for some patterns.
 */
final class LikeText implements UDF1<String, Boolean> {
  private static final long serialVersionUID = 1L;

  private final String pattern;
  private final boolean ignoreCase;
  private transient Predicate<String> matcher;

  LikeText(Condition.Like like) {
    this.pattern = like.pattern();
    this.ignoreCase = like.ignoreCase();
  }

  @Override
  public Boolean call(String text) {
    if (text == null) {
      return false;
    }
    if (matcher == null) {
      matcher =
          new Condition.Like(new Field(Field.Entity.TAG, "any"), pattern, ignoreCase).matcher();
    }
    return matcher.test(text);
  }
}
