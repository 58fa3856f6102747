package io.runlake.store.delta;

import static io.runlake.store.delta.Columns.optionalString;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.runlake.store.RegistryRow;
import io.runlake.store.RunId;
import java.util.Locale;
import java.util.Optional;

/** The columns of {@code registry}. */
final class RegistryRowCodec implements RowCodec<RegistryRow> {
  private static final StructType SCHEMA =
      Columns.struct(
          "kind", StringType.STRING,
          "name", StringType.STRING,
          "version", IntegerType.INTEGER,
          "deleted", BooleanType.BOOLEAN,
          "aliases", Columns.mapOf(IntegerType.INTEGER),
          "tags", Columns.mapOf(StringType.STRING),
          "description", StringType.STRING,
          "stage", StringType.STRING,
          "source", StringType.STRING,
          "run_id", StringType.STRING,
          "digest", StringType.STRING,
          "creation_time", TimestampType.TIMESTAMP,
          "who", StringType.STRING,
          "changed_at", TimestampType.TIMESTAMP,
          "why", StringType.STRING,
          "revision", LongType.LONG);

  @Override
  public StructType schema() {
    return SCHEMA;
  }

  @Override
  public Object[] encode(RegistryRow row) {
    Optional<RegistryRow.ModelSource> model = row.model();
    return new Object[] {
      row.entry().kind().name().toLowerCase(Locale.ROOT),
      row.entry().name(),
      row.entry().version(),
      row.deleted(),
      row.aliases(),
      row.tags(),
      row.description().orElse(null),
      row.stage().orElse(null),
      model.map(RegistryRow.ModelSource::source).orElse(null),
      model.flatMap(RegistryRow.ModelSource::runId).map(RunId::value).orElse(null),
      model.map(RegistryRow.ModelSource::digest).orElse(null),
      Columns.micros(row.creationTime()),
      row.change().who(),
      Columns.micros(row.change().at()),
      row.change().why(),
      row.revision()
    };
  }

  @Override
  public RegistryRow decode(ColumnarBatch batch, int row) {
    return new RegistryRow(
        new RegistryRow.Entry(
            RegistryRow.Kind.valueOf(
                batch.getColumnVector(0).getString(row).toUpperCase(Locale.ROOT)),
            batch.getColumnVector(1).getString(row),
            batch.getColumnVector(2).getInt(row)),
        batch.getColumnVector(3).getBoolean(row),
        Columns.decode(batch.getColumnVector(4), row, (values, at) -> values.getInt(at)),
        Columns.decode(batch.getColumnVector(5), row, (values, at) -> values.getString(at)),
        optionalString(batch.getColumnVector(6), row),
        optionalString(batch.getColumnVector(7), row),
        model(batch, row),
        Columns.instant(batch.getColumnVector(11), row),
        new RegistryRow.Change(
            batch.getColumnVector(12).getString(row),
            Columns.instant(batch.getColumnVector(13), row),
            batch.getColumnVector(14).getString(row)),
        batch.getColumnVector(15).getLong(row));
  }

  private static Optional<RegistryRow.ModelSource> model(ColumnarBatch batch, int row) {
    return optionalString(batch.getColumnVector(8), row)
        .map(
            source ->
                new RegistryRow.ModelSource(
                    source,
                    optionalString(batch.getColumnVector(9), row).map(RunId::new),
                    Columns.stringOr(batch.getColumnVector(10), row, "")));
  }
}
