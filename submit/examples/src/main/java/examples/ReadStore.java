package examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;

/**
 * Runs the SQL that a Markdown page publishes over a folder of Delta tables, and writes each answer
 * as one file of JSON lines: {@code ReadStore <root> <page.md> <output folder>}. It needs Spark
 * with Delta and nothing else.
 */
public final class ReadStore {
  private static final Pattern SQL = Pattern.compile("```sql\n(.*?)```", Pattern.DOTALL);
  private static final Pattern TITLE = Pattern.compile("-- (\\w+)");

  private ReadStore() {}

  /** Answers the statements of the page; a file is named by the first word of its comment. */
  public static void main(String[] args) throws IOException {
    if (args.length != 3) {
      System.err.println("usage: ReadStore <root> <page.md> <output folder>");
      System.exit(2);
    }
    SparkSession spark = SparkSession.builder().appName("read-store").getOrCreate();
    try {
      spark.conf().set("spark.sql.session.timeZone", "UTC");
      for (String statement : statements(Files.readString(Path.of(args[1])))) {
        Matcher title = TITLE.matcher(statement);
        if (!title.find()) {
          throw new IllegalArgumentException("A statement without a comment: " + statement);
        }
        List<String> rows =
            spark.sql(statement.replace("<root>", args[0])).toJSON().collectAsList();
        Files.write(Path.of(args[2]).resolve(title.group(1) + ".json"), rows);
        System.out.println(title.group(1) + ": " + rows.size() + " rows");
      }
    } finally {
      spark.stop();
    }
  }

  private static List<String> statements(String page) {
    List<String> statements = new ArrayList<>();
    Matcher blocks = SQL.matcher(page);
    while (blocks.find()) {
      for (String statement : blocks.group(1).split(";\\s*\n")) {
        if (!statement.isBlank()) {
          statements.add(statement);
        }
      }
    }
    return statements;
  }
}
