// Databricks notebook source
// MAGIC %md
// MAGIC # Scoring, a night and a stream
// MAGIC
// MAGIC The jobs that run by `spark-submit` can be called from a notebook too, in its own session: **a night is one transaction, a stream writes each
// MAGIC row once**, and what cannot be scored is set aside with the reason.
// MAGIC
// MAGIC As in the first notebook: where things are, and one line.

// COMMAND ----------

import io.runlake.spark.Autolog

dbutils.widgets.text("data", "/FileStore/occupancy", "Folder of the three CSV files")
dbutils.widgets.text("lake", "/tmp/occupancy", "Folder to write to")

val data = dbutils.widgets.get("data")
val lake = dbutils.widgets.get("lake")
val store = s"delta:$lake/runlake"

spark.conf.set("spark.runlake.tracking.uri", store)
spark.conf.set("spark.runlake.experiment", "occupancy")
Autolog.enable(spark)

// COMMAND ----------

import org.apache.spark.sql.DataFrame

val columns = "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double, " +
  "HumidityRatio double, Occupancy int"

def telemetry(file: String): DataFrame =
  spark.read.option("header", true).schema(columns).csv(s"$data/$file").drop("row")

val table = s"$lake/telemetry"
telemetry("datatraining.txt").write.format("delta").mode("overwrite").save(table)

// COMMAND ----------

// MAGIC %md
// MAGIC ## A champion
// MAGIC
// MAGIC A model as in the other notebooks, registered, with the alias that the jobs ask for.

// COMMAND ----------

import io.runlake.registry.RegisterOptions
import io.runlake.tracking.Runlake
import org.apache.spark.ml.{Pipeline, PipelineStage}
import org.apache.spark.ml.classification.LogisticRegression
import org.apache.spark.ml.feature.VectorAssembler

val sensors = Array("Temperature", "Humidity", "Light", "CO2", "HumidityRatio")
val model = new Pipeline()
  .setStages(Array[PipelineStage](
    new VectorAssembler().setInputCols(sensors).setOutputCol("features"),
    new LogisticRegression().setLabelCol("Occupancy").setMaxIter(30)))
  .fit(spark.read.format("delta").load(table))
Autolog.disable(spark)

val runlake = Runlake.open(store)
val registry = runlake.registry
val version = registry.register(
  "occupancy", s"runs:/${Autolog.runOf(model).get}/model", RegisterOptions.because("the first week"))
registry.setAlias("occupancy", "champion", version.version, "there is no other")

// COMMAND ----------

// MAGIC %md
// MAGIC What is to be scored: three days, in a table. The CO2 sensor fails each night from three to four.

// COMMAND ----------

import org.apache.spark.sql.functions.{col, hour, when}

val readings = s"$lake/readings"
telemetry("datatest.txt")
  .drop("Occupancy")
  .withColumn("CO2", when(hour(col("date")) =!= 3, col("CO2")))
  .write.format("delta").mode("overwrite").save(readings)

// COMMAND ----------

// MAGIC %md
// MAGIC ## A night
// MAGIC
// MAGIC Its settings are those of the job's YAML. It answers with the exit code that `spark-submit` would end with; here its output is not shown,
// MAGIC the tables are.

// COMMAND ----------

import io.runlake.scoring.batch.BatchScoringJob
import java.io.{OutputStream, PrintStream}

val night = java.util.List.of(
  "--job", "rooms-nightly",
  "--model", "models:/occupancy@champion",
  "--date", "2015-02-04",
  "--store", store,
  "--input.path", readings,
  "--output.path", s"$lake/predictions",
  "--columns", "date")

val quiet = new PrintStream(OutputStream.nullOutputStream)
println(BatchScoringJob.run(spark, night, quiet, System.err))

spark.read.format("delta").load(s"$lake/predictions").createOrReplaceTempView("predictions")
spark.read.format("delta").load(s"$lake/predictions_quarantine").createOrReplaceTempView("quarantine")

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT 'scored' AS rows, count(*) AS count, '' AS column, '' AS reason FROM predictions
// MAGIC UNION ALL
// MAGIC SELECT 'quarantined', count(*), column, reason FROM quarantine GROUP BY column, reason

// COMMAND ----------

// MAGIC %md
// MAGIC The same night again does nothing: no version of the table is added. With another input or model it is refused, unless `--force` is given.

// COMMAND ----------

println(BatchScoringJob.run(spark, night, quiet, System.err))
display(spark.sql(s"DESCRIBE HISTORY delta.`$lake/predictions`").select("version", "operation"))

telemetry("datatest2.txt").drop("Occupancy").limit(100).write.format("delta").mode("append").save(readings)
println(BatchScoringJob.run(spark, night, quiet, quiet))

// COMMAND ----------

// MAGIC %md
// MAGIC ## A stream
// MAGIC
// MAGIC The same table as a stream: what is there now, then end (`--trigger '10 seconds'` would stay). Started again, it goes on where it was, and a
// MAGIC start that finds nothing new writes nothing.

// COMMAND ----------

import io.runlake.scoring.streaming.StreamingScoringJob

val stream = java.util.List.of(
  "--job", "rooms-stream",
  "--model", "models:/occupancy@champion",
  "--store", store,
  "--input.path", readings,
  "--output.path", s"$lake/live",
  "--checkpoint", s"$lake/checkpoint",
  "--columns", "date")

println(StreamingScoringJob.run(spark, stream, quiet, System.err))

telemetry("datatest2.txt").drop("Occupancy").filter("date < '2015-02-12'")
  .write.format("delta").mode("append").save(readings)
println(StreamingScoringJob.run(spark, stream, quiet, System.err))

spark.read.format("delta").load(s"$lake/live").createOrReplaceTempView("live")

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT batch_id, model_name, model_version, count(*) AS rows, sum(prediction) AS occupied
// MAGIC FROM live GROUP BY ALL ORDER BY batch_id

// COMMAND ----------

// MAGIC %md
// MAGIC ## From a prediction back to its data
// MAGIC
// MAGIC A row names its model version, the version its run, and the run its data. The jobs are runs themselves, and have their inputs too.

// COMMAND ----------

import io.runlake.spark.RunlakeViews

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT p.date, p.prediction, p.model_version, element_at(split(input.name, '/'), -1) AS trained_on,
// MAGIC        input.version AS data_version
// MAGIC FROM predictions p
// MAGIC JOIN runlake_model_versions v ON v.name = p.model_name AND v.version = p.model_version
// MAGIC JOIN runlake_runs r ON r.run_id = v.run_id
// MAGIC LATERAL VIEW explode(map_values(r.inputs)) AS input
// MAGIC WHERE p.date BETWEEN '2015-02-03 07:45' AND '2015-02-03 07:50'
// MAGIC ORDER BY p.date

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT e.name AS experiment, r.status, element_at(split(input.name, '/'), -1) AS input, input.version
// MAGIC FROM runlake_runs r JOIN runlake_experiments e ON e.experiment_id = r.experiment_id
// MAGIC LATERAL VIEW OUTER explode(map_values(r.inputs)) AS input
// MAGIC ORDER BY r.start_time

// COMMAND ----------

runlake.close()
