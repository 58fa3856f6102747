package io.runlake.flavor;

import com.fasterxml.jackson.databind.JsonNode;
import io.runlake.flavor.ModelException.Kind;
import java.io.IOException;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * The classes of user-defined types in the Parquet files of a model. Spark makes an instance of the
 * class that a file's footer names, so these names are checked like those of the stages.
 */
final class UserTypes {
  private static final String SCHEMA = "org.apache.spark.sql.parquet.row.metadata";

  private UserTypes() {}

  static void check(ModelFolder folder, String data, AllowList allow) {
    Configuration configuration = folder.settings();
    for (String file : folder.files().keySet()) {
      if (file.startsWith(data + "/") && isParquet(folder, file)) {
        for (String type : classes(folder, file, configuration)) {
          if (!allow.allows(type)) {
            throw new ModelException(
                Kind.FORBIDDEN_CLASS,
                type,
                "The model at "
                    + folder.path()
                    + " names the class "
                    + type
                    + " of a user-defined type in "
                    + file
                    + ", which is not on the allow-list "
                    + allow.patterns());
          }
        }
      }
    }
  }

  /** By its last bytes, as the reader does; names prove nothing. */
  private static boolean isParquet(ModelFolder folder, String file) {
    String magic = folder.lastFour(file);
    if (magic.equals("PARE")) {
      throw damaged(folder, file, "its footer is encrypted", null);
    }
    if (!magic.equals("PAR1") && file.endsWith(".parquet")) {
      throw damaged(folder, file, "it is no Parquet file", null);
    }
    return magic.equals("PAR1");
  }

  private static TreeSet<String> classes(
      ModelFolder folder, String file, Configuration configuration) {
    try (ParquetFileReader reader =
        ParquetFileReader.open(HadoopInputFile.fromPath(folder.hadoopPath(file), configuration))) {
      String schema = reader.getFileMetaData().getKeyValueMetaData().get(SCHEMA);
      TreeSet<String> names = new TreeSet<>();
      if (schema != null) {
        collect(Json.readStrict(schema), names);
      }
      return names;
    } catch (IOException | RuntimeException e) {
      throw damaged(folder, file, "it is no Parquet file: " + e.getMessage(), e);
    }
  }

  private static void collect(JsonNode node, TreeSet<String> names) {
    if (node.path("class").isTextual() && node.path("type").asText().equals("udt")) {
      names.add(node.get("class").asText());
    }
    node.forEach(inner -> collect(inner, names));
  }

  private static ModelException damaged(
      ModelFolder folder, String file, String why, Throwable cause) {
    return new ModelException(
        Kind.DAMAGED,
        folder.path(),
        "The model at " + folder.path() + " is damaged: " + file + ": " + why,
        cause);
  }
}
