package io.runlake.spark;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;

/** A database with one empty table of one column: as much JDBC as Spark asks for a schema. */
public final class OneTableDriver implements Driver {
  static final String URL = "jdbc:onetable://db.example/plant";

  static void register() {
    try {
      DriverManager.registerDriver(new OneTableDriver());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public Connection connect(String url, Properties info) {
    if (!acceptsURL(url)) {
      return null;
    }
    ResultSetMetaData columns =
        answers(
            ResultSetMetaData.class,
            Map.of(
                "getColumnCount",
                1,
                "getColumnLabel",
                "reading",
                "getColumnType",
                Types.DOUBLE,
                "getColumnTypeName",
                "DOUBLE",
                "isSigned",
                true,
                "isNullable",
                ResultSetMetaData.columnNullable));
    ResultSet none = answers(ResultSet.class, Map.of("getMetaData", columns));
    PreparedStatement statement = answers(PreparedStatement.class, Map.of("executeQuery", none));
    return answers(Connection.class, Map.of("prepareStatement", statement));
  }

  /** An object that answers these methods, and the others with nothing. */
  private static <T> T answers(Class<T> type, Map<String, Object> values) {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Object value = values.get(method.getName());
          if (value != null || !method.getReturnType().isPrimitive()) {
            return value;
          }
          Class<?> returned = method.getReturnType();
          return returned == boolean.class
              ? Boolean.FALSE
              : returned == int.class ? (Object) 0 : null;
        };
    return type.cast(
        Proxy.newProxyInstance(
            OneTableDriver.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith("jdbc:onetable:");
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }
}
