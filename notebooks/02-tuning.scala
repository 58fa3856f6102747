// Databricks notebook source
// MAGIC %md
// MAGIC # A search of params
// MAGIC
// MAGIC A `CrossValidator` fits a pipeline again and again. Autologging makes **one run of the search and a child run for each param map**, with its
// MAGIC real start and end, the score of every fold and what it cost, also when several are fitted at once.
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
// MAGIC ## The search
// MAGIC
// MAGIC Four param maps, two folds, two fits at a time. Again, nothing here knows Runlake. (The regression has an id of its own, since Spark orders a
// MAGIC grid by the ids of its params.)

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineModel, PipelineStage}
import org.apache.spark.ml.classification.LogisticRegression
import org.apache.spark.ml.evaluation.BinaryClassificationEvaluator
import org.apache.spark.ml.feature.VectorAssembler
import org.apache.spark.ml.tuning.{CrossValidator, ParamGridBuilder}

val sensors = Array("Temperature", "Humidity", "Light", "CO2", "HumidityRatio")
val assembler = new VectorAssembler().setInputCols(sensors).setOutputCol("features")
val regression = new LogisticRegression("regression").setLabelCol("Occupancy").setMaxIter(20)
val pipeline = new Pipeline().setStages(Array[PipelineStage](assembler, regression))

val grid = new ParamGridBuilder()
  .addGrid(regression.regParam, Array(0.01, 1.0))
  .addGrid(regression.elasticNetParam, Array(0.0, 0.5))
  .build()

val search = new CrossValidator()
  .setEstimator(pipeline)
  .setEvaluator(new BinaryClassificationEvaluator().setLabelCol("Occupancy"))
  .setEstimatorParamMaps(grid)
  .setNumFolds(2)
  .setParallelism(2)
  .setSeed(20150204)

val model = search.fit(spark.read.format("delta").load(table))

// COMMAND ----------

// MAGIC %md
// MAGIC ## The run of the search
// MAGIC
// MAGIC The best params, the best metric, and how many children there are.

// COMMAND ----------

import io.runlake.spark.RunlakeViews

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT parent.params['best_LogisticRegression.regParam'] AS best_reg_param,
// MAGIC        parent.params['best_LogisticRegression.elasticNetParam'] AS best_elastic_net,
// MAGIC        round(parent.metrics['best_areaUnderROC'], 4) AS best_area,
// MAGIC        count(*) AS children
// MAGIC FROM runlake_runs parent JOIN runlake_runs child ON child.tags['mlflow.parentRunId'] = parent.run_id
// MAGIC GROUP BY ALL

// COMMAND ----------

// MAGIC %md
// MAGIC ## Its children
// MAGIC
// MAGIC Mean and standard deviation over the folds; the winner has a tag. Whatever can be asked of a run can be asked of each of them.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT tags['runlake.tuning.index'] AS map,
// MAGIC        params['LogisticRegression.regParam'] AS reg_param,
// MAGIC        params['LogisticRegression.elasticNetParam'] AS elastic_net,
// MAGIC        round(metrics['avg_areaUnderROC'], 4) AS avg_area,
// MAGIC        round(metrics['std_areaUnderROC'], 4) AS std_area,
// MAGIC        coalesce(tags['runlake.tuning.best'], '') AS best
// MAGIC FROM runlake_runs
// MAGIC WHERE tags['runlake.tuning.index'] IS NOT NULL
// MAGIC ORDER BY map

// COMMAND ----------

// MAGIC %md
// MAGIC Each fold is a point of the metric, with the fold as its step.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT r.tags['runlake.tuning.index'] AS map, m.metric_step AS fold, round(m.metric_value, 4) AS area
// MAGIC FROM runlake_metrics m JOIN runlake_runs r ON m.run_id = r.run_id
// MAGIC WHERE m.metric_name = 'areaUnderROC'
// MAGIC ORDER BY map, fold

// COMMAND ----------

// MAGIC %md
// MAGIC ## What it cost
// MAGIC
// MAGIC Every task is counted, from Spark's own events: for the search, and for each child what its own fits and evaluations took, also while two ran at
// MAGIC once. So a map that is nearly as good for half the price is found by a query.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT coalesce(tags['runlake.tuning.index'], 'all') AS map,
// MAGIC        metrics['cost.jobs'] AS spark_jobs,
// MAGIC        metrics['cost.tasks'] AS tasks,
// MAGIC        round(metrics['avg_areaUnderROC'], 4) AS avg_area
// MAGIC FROM runlake_runs
// MAGIC ORDER BY map

// COMMAND ----------

// MAGIC %md
// MAGIC ## The winner
// MAGIC
// MAGIC It is saved beside the search's own model, and the search's results are a table too, as MLflow writes it.

// COMMAND ----------

import io.runlake.spark.Models
import io.runlake.tracking.Runlake
import scala.util.Using

val runlake = Runlake.open(store)
val run = Autolog.runOf(model).get

runlake.listArtifacts(run, "").forEach(file => println(file.path))

def text(path: String): String =
  Using.resource(runlake.openArtifact(run, path))(file => new String(file.readAllBytes, "UTF-8"))

println(text("search_results.csv"))
displayHTML(text("coefficients.svg"))

// COMMAND ----------

val best = Models.load(spark, s"runs:/$run/best_model").model
val area = new BinaryClassificationEvaluator()
  .setLabelCol("Occupancy")
  .evaluate(best.transform(telemetry("datatest.txt")))
println(f"area under the curve on three days that no fold has seen: $area%.4f")

runlake.close()
