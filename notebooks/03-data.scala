// Databricks notebook source
// MAGIC %md
// MAGIC # Which data trained this?
// MAGIC
// MAGIC Every fit writes down what it read: tables **with their version**, files with their size and time, the columns that were used, and an
// MAGIC honest *unknown* where Spark cannot tell. So a model's data can be found again, and opened as it was.
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
// MAGIC ## A fit on a table, filtered and joined
// MAGIC
// MAGIC The model learns from office hours only, and a second table says which days count.

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineStage}
import org.apache.spark.ml.classification.DecisionTreeClassifier
import org.apache.spark.ml.feature.VectorAssembler
import org.apache.spark.sql.functions.{col, hour, to_date}

val days = s"$lake/days"
telemetry("datatraining.txt")
  .select(to_date(col("date")).as("day"))
  .distinct()
  .filter("dayofweek(day) BETWEEN 2 AND 6")
  .write.format("delta").mode("overwrite").save(days)

def delta(path: String): DataFrame = spark.read.format("delta").load(path)

def officeHours(readings: DataFrame, working: DataFrame): DataFrame =
  readings
    .join(working, to_date(col("date")) === col("day"))
    .filter(hour(col("date")).between(7, 18))

val assembler = new VectorAssembler().setInputCols(Array("Light", "CO2")).setOutputCol("features")
val tree = new DecisionTreeClassifier().setLabelCol("Occupancy").setMaxDepth(3).setSeed(1)
val pipeline = new Pipeline().setStages(Array[PipelineStage](assembler, tree))

val first = pipeline.fit(officeHours(delta(table), delta(days)))

// COMMAND ----------

// MAGIC %md
// MAGIC ## What it read
// MAGIC
// MAGIC Two tables, each with its version. The columns are those that reach the estimator or decide about rows on the way: temperature and
// MAGIC humidity are in the table, and were not used.

// COMMAND ----------

import io.runlake.spark.RunlakeViews

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT input.kind,
// MAGIC        element_at(split(input.name, '/'), -1) AS name,
// MAGIC        input.version,
// MAGIC        get_json_object(input.schema, '$.profile.columns') AS columns
// MAGIC FROM runlake_runs LATERAL VIEW explode(map_values(inputs)) AS input
// MAGIC ORDER BY start_time, name

// COMMAND ----------

// MAGIC %md
// MAGIC ## The table moves on
// MAGIC
// MAGIC Another week is appended, and a day is deleted. The same code fits again: it reads another version now, and its run says so.

// COMMAND ----------

telemetry("datatest2.txt").write.format("delta").mode("append").save(table)
spark.sql(s"DELETE FROM delta.`$table` WHERE date < '2015-02-05'")

val second = pipeline.fit(officeHours(delta(table), delta(days)))

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT input.kind, element_at(split(input.name, '/'), -1) AS name, input.version
// MAGIC FROM runlake_runs LATERAL VIEW explode(map_values(inputs)) AS input
// MAGIC ORDER BY start_time, name

// COMMAND ----------

// MAGIC %md
// MAGIC ## Replay
// MAGIC
// MAGIC `Replay.inputs` opens the inputs of a run as they were. The first model's table is read as of version 0, whatever it holds today. And it
// MAGIC warns: a row was deleted since, so VACUUM will take the files of that version away one day.

// COMMAND ----------

import io.runlake.spark.Replay

val run = Autolog.runOf(first).get
Replay.inputs(spark, run.value).forEach { input =>
  val name = input.dataset.name.split("/").last
  println(s"$name, version ${input.dataset.version.get}: ${input.open().count()} rows")
  println(if (input.warning.isPresent) "  at risk of VACUUM" else "  safe")
}
println(s"the table today: ${delta(table).count()} rows")

// COMMAND ----------

// MAGIC %md
// MAGIC Fitted again on that, the model is the same model, split for split.

// COMMAND ----------

import org.apache.spark.ml.PipelineModel
import org.apache.spark.ml.classification.DecisionTreeClassificationModel
import scala.jdk.CollectionConverters._

def asItWas(name: String): DataFrame =
  Replay.inputs(spark, run.value).asScala.find(_.dataset.name.endsWith(name)).get.open()

def splits(model: PipelineModel): String =
  model.stages(1).asInstanceOf[DecisionTreeClassificationModel].toDebugString.dropWhile(_ != '\n')

val again = pipeline.fit(officeHours(asItWas("/telemetry"), asItWas("/days")))

println(s"the first model and the one of the replay are equal: ${splits(first) == splits(again)}")
println(s"the first model and the second are equal: ${splits(first) == splits(second)}")

// COMMAND ----------

// MAGIC %md
// MAGIC ## What cannot be told is not made up
// MAGIC
// MAGIC A frame that was cut from where it came, here by `localCheckpoint`, is an input of kind `unknown`, and a replay of it says why not.

// COMMAND ----------

val cut = pipeline.fit(officeHours(delta(table), delta(days)).localCheckpoint())

Replay.inputs(spark, Autolog.runOf(cut).get.value).forEach { input =>
  println(s"${input.dataset.kind} ${input.dataset.name}")
  println(s"  ${input.problem.get}")
}

Autolog.disable(spark)
