// Databricks notebook source
// MAGIC %md
// MAGIC # A fit logs itself
// MAGIC
// MAGIC An office room is measured once a minute: temperature, humidity, light, CO2, humidity ratio. From these five numbers a model learns whether
// MAGIC somebody is in. One line before the fit is enough for **params, metrics, cost, the data and the model itself** to be kept, in Delta tables
// MAGIC below one folder. There is no server.

// COMMAND ----------

dbutils.widgets.text("data", "/FileStore/occupancy", "Folder of the three CSV files")
dbutils.widgets.text("lake", "/tmp/occupancy", "Folder to write to")

val data = dbutils.widgets.get("data")
val lake = dbutils.widgets.get("lake")
val store = s"delta:$lake/runlake"

// COMMAND ----------

// MAGIC %md
// MAGIC ## The telemetry, as a Delta table
// MAGIC
// MAGIC The files' header names seven of the eight columns, so all of them are named here.

// COMMAND ----------

import org.apache.spark.sql.DataFrame

val columns = "row int, date timestamp, Temperature double, Humidity double, Light double, CO2 double, " +
  "HumidityRatio double, Occupancy int"

def telemetry(file: String): DataFrame =
  spark.read.option("header", true).schema(columns).csv(s"$data/$file").drop("row")

val table = s"$lake/telemetry"
telemetry("datatraining.txt").write.format("delta").mode("overwrite").save(table)

display(spark.read.format("delta").load(table).orderBy("date").limit(5))

// COMMAND ----------

// MAGIC %md
// MAGIC ## One line
// MAGIC
// MAGIC The two settings say where runs go and what their experiment is called. On a cluster they belong in its Spark configuration; with
// MAGIC `spark.plugins=io.runlake.spark.RunlakePlugin` beside them the one line is not needed either.

// COMMAND ----------

import io.runlake.spark.Autolog

spark.conf.set("spark.runlake.tracking.uri", store)
spark.conf.set("spark.runlake.experiment", "occupancy")

Autolog.enable(spark)

// COMMAND ----------

// MAGIC %md
// MAGIC ## Train
// MAGIC
// MAGIC Plain Spark ML. Nothing in this cell knows Runlake.

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineStage}
import org.apache.spark.ml.classification.LogisticRegression
import org.apache.spark.ml.feature.{StandardScaler, VectorAssembler}

val sensors = Array("Temperature", "Humidity", "Light", "CO2", "HumidityRatio")
val assembler = new VectorAssembler().setInputCols(sensors).setOutputCol("measured")
val scaler = new StandardScaler().setInputCol("measured").setOutputCol("features")
val regression = new LogisticRegression().setLabelCol("Occupancy").setMaxIter(50)
val pipeline = new Pipeline().setStages(Array[PipelineStage](assembler, scaler, regression))

val model = pipeline.fit(spark.read.format("delta").load(table))

// COMMAND ----------

// MAGIC %md
// MAGIC ## What is there now
// MAGIC
// MAGIC Params: every one that is set, and every default, by stage. `RunlakeViews` puts the store's tables before this session as SQL views.

// COMMAND ----------

import io.runlake.spark.RunlakeViews

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT key, value FROM runlake_params ORDER BY key

// COMMAND ----------

// MAGIC %md
// MAGIC Metrics: what training leaves behind begins with `training_`, what the fit cost with `cost.`. The loss has a point for each iteration.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT status,
// MAGIC        metrics['training_totalIterations'] AS iterations,
// MAGIC        round(metrics['objectiveHistory'], 4) AS final_loss,
// MAGIC        metrics['cost.jobs'] AS spark_jobs,
// MAGIC        metrics['cost.tasks'] AS tasks
// MAGIC FROM runlake_runs

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT metric_step AS iteration, round(metric_value, 4) AS loss
// MAGIC FROM runlake_metrics
// MAGIC WHERE metric_name = 'objectiveHistory' AND metric_step % 5 = 0
// MAGIC ORDER BY metric_step

// COMMAND ----------

// MAGIC %md
// MAGIC Files: the model, and what a picture says better. The coefficients have the names of the sensors, not numbers of a
// MAGIC vector, also behind a scaler.

// COMMAND ----------

import io.runlake.store.RunId
import io.runlake.tracking.Runlake
import scala.util.Using

val runlake = Runlake.open(store)
val run = Autolog.runOf(model).get

runlake.listArtifacts(run, "").forEach(file => println(file.path))

def show(of: RunId, picture: String): Unit =
  Using.resource(runlake.openArtifact(of, picture))(file => displayHTML(new String(file.readAllBytes, "UTF-8")))

show(run, "coefficients.svg")

// COMMAND ----------

// MAGIC %md
// MAGIC ## An evaluation finds its run
// MAGIC
// MAGIC The evaluator is Spark's own. Its metric goes into the run of the model that made the predictions, under a name that says which data it was.

// COMMAND ----------

import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator

val evaluator = new BinaryClassificationEvaluator().setLabelCol("Occupancy")
val area = evaluator.evaluate(model.transform(telemetry("datatest.txt")))

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT metric_name, round(metric_value, 4) AS value
// MAGIC FROM runlake_metrics
// MAGIC WHERE metric_name LIKE 'areaUnderROC%'

// COMMAND ----------

// MAGIC %md
// MAGIC ## The model comes back
// MAGIC
// MAGIC By its run, here; notebook 4 gives it a name. Its files are checked before Spark reads them.

// COMMAND ----------

import io.runlake.spark.Models

val loaded = Models.load(spark, s"runs:/$run/model")
display(
  loaded.model
    .transform(telemetry("datatest2.txt"))
    .groupBy("Occupancy", "prediction")
    .count()
    .orderBy("Occupancy", "prediction"))

// COMMAND ----------

// MAGIC %md
// MAGIC `Autolog.disable` ends it for this session. Next: `02-tuning`, many fits at once.

// COMMAND ----------

Autolog.disable(spark)
runlake.close()
