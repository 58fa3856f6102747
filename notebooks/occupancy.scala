// Databricks notebook source
// MAGIC %md
// MAGIC # Is somebody in the room?
// MAGIC
// MAGIC An office room is measured once a minute: temperature, humidity, light, CO2, humidity ratio. From these five
// MAGIC numbers a model learns whether somebody is in. On the way Runlake keeps what one wants to know later: **what was trained, on which data, how good it is, and
// MAGIC which model wrote which prediction**. All of it lands in Delta tables below one folder; there is no server.
// MAGIC
// MAGIC The notebook runs on Databricks (import this file, attach the jar to the cluster) and on a laptop (`notebooks/run`).

// COMMAND ----------

dbutils.widgets.text("data", "/FileStore/occupancy", "Folder of the three CSV files")
dbutils.widgets.text("lake", "/tmp/occupancy", "Folder to write to")

val data = dbutils.widgets.get("data")
val lake = dbutils.widgets.get("lake")
val store = s"delta:$lake/runlake"

// COMMAND ----------

// MAGIC %md
// MAGIC ## One line turns autologging on
// MAGIC
// MAGIC The two settings before it say where runs go and what their experiment is called. On a cluster they belong in its Spark
// MAGIC configuration, and with `spark.plugins=io.runlake.spark.RunlakePlugin` beside them the one line is not needed either.

// COMMAND ----------

import io.runlake.spark.Autolog

spark.conf.set("spark.runlake.tracking.uri", store)
spark.conf.set("spark.runlake.experiment", "occupancy")

Autolog.enable(spark)

// COMMAND ----------

// MAGIC %md
// MAGIC ## The telemetry, as a Delta table
// MAGIC
// MAGIC The first week of measurements. The files' header names seven of the eight columns, so all of them are named here.

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
// MAGIC ## Train
// MAGIC
// MAGIC Plain Spark ML: nothing in this cell knows Runlake. The fit becomes a run by itself.

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineModel, PipelineStage}
import org.apache.spark.ml.classification.LogisticRegression
import org.apache.spark.ml.feature.VectorAssembler

val sensors = Array("Temperature", "Humidity", "Light", "CO2", "HumidityRatio")
val assembler = new VectorAssembler().setInputCols(sensors).setOutputCol("features")
val regression = new LogisticRegression().setLabelCol("Occupancy").setMaxIter(100)
val pipeline = new Pipeline().setStages(Array[PipelineStage](assembler, regression))

val model = pipeline.fit(spark.read.format("delta").load(table))

// COMMAND ----------

// MAGIC %md
// MAGIC ## What was logged
// MAGIC
// MAGIC `RunlakeViews` puts the store's tables before this session as SQL views. Params carry the stage and MLlib's name, figures of the
// MAGIC training summary begin with `training_`, what the fit cost begins with `cost.`. The model itself is among the run's files.

// COMMAND ----------

import io.runlake.spark.RunlakeViews

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT run_name,
// MAGIC        status,
// MAGIC        params['LogisticRegression.maxIter'] AS max_iter,
// MAGIC        metrics['training_totalIterations'] AS iterations,
// MAGIC        round(metrics['objectiveHistory'], 4) AS final_loss,
// MAGIC        metrics['cost.jobs'] AS spark_jobs
// MAGIC FROM runlake_runs

// COMMAND ----------

// MAGIC %md
// MAGIC ## Which data trained this?
// MAGIC
// MAGIC A fit logs what it read: the Delta table **and its version**. Nobody had to write it down.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT run_name, input.context, input.kind, element_at(split(input.name, '/'), -1) AS name, input.version
// MAGIC FROM runlake_runs LATERAL VIEW explode(map_values(inputs)) AS input

// COMMAND ----------

// MAGIC %md
// MAGIC The table moves on: another week arrives, with the door open. The run still names the version that it was trained on, and
// MAGIC that version is one option away.

// COMMAND ----------

import io.runlake.tracking.Runlake

telemetry("datatest2.txt").write.format("delta").mode("append").save(table)

val runlake = Runlake.open(store)
val first = runlake.getRun(Autolog.runOf(model).get).get
val trainedOn = first.inputs.get(0).version.get

val now = spark.read.format("delta").load(table).count()
val then = spark.read.format("delta").option("versionAsOf", trainedOn).load(table).count()
println(s"run ${first.name} was trained on version $trainedOn: $then rows; today there are $now")

// COMMAND ----------

// MAGIC %md
// MAGIC ## Does more data help?
// MAGIC
// MAGIC The same pipeline learns once more, from the table as it is now, and this time in a run of our own that has a name. Then both
// MAGIC models are evaluated on three days that neither has seen; `Autolog.runOf` knows the run that a model came from.

// COMMAND ----------

import io.runlake.tracking.RunSpec
import org.apache.spark.ml.evaluation.MulticlassClassificationEvaluator
import scala.util.Using

val second: PipelineModel = runlake.withRun(
  RunSpec.of("occupancy").withName("two-weeks"),
  run => pipeline.fit(spark.read.format("delta").load(table)))

val test = telemetry("datatest.txt").cache()
val evaluator = new MulticlassClassificationEvaluator()
  .setLabelCol("Occupancy")
  .setMetricName("accuracy")

def evaluate(fitted: PipelineModel): Double = {
  val accuracy = evaluator.evaluate(fitted.transform(test))
  Using.resource(runlake.edit(Autolog.runOf(fitted).get))(_.logMetric("accuracy", accuracy))
  accuracy
}

val best = Seq(model, second).maxBy(evaluate)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT run_name,
// MAGIC        array_join(transform(filter(map_values(inputs), i -> i.context = 'train'), i -> i.version), ', ') AS data_version,
// MAGIC        round(metrics['accuracy'], 4) AS accuracy
// MAGIC FROM runlake_runs
// MAGIC ORDER BY accuracy DESC

// COMMAND ----------

// MAGIC %md
// MAGIC ## Register
// MAGIC
// MAGIC A registered model has numbered versions, each of a run. The alias `champion` is what jobs ask for; moving it is how a
// MAGIC model goes to production, and who moved it and why stays in the table.

// COMMAND ----------

import io.runlake.registry.RegisterOptions

val registry = runlake.registry

def register(fitted: PipelineModel, why: String) = {
  val source = s"runs:/${Autolog.runOf(fitted).get}/model"
  registry.register("occupancy", source, RegisterOptions.because(why))
}

val one = register(model, "the first week")
val two = register(second, "a week more")

val champion = if (best eq model) one else two
registry.setAlias("occupancy", "champion", champion.version, "the higher accuracy on datatest.txt")

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT v.version, v.aliases, r.run_name, round(r.metrics['accuracy'], 4) AS accuracy, v.why
// MAGIC FROM runlake_model_versions v JOIN runlake_runs r ON v.run_id = r.run_id
// MAGIC WHERE v.name = 'occupancy'
// MAGIC ORDER BY v.version

// COMMAND ----------

// MAGIC %md
// MAGIC ## Load the champion and score
// MAGIC
// MAGIC `models:/occupancy@champion` is resolved and its files are checked against the digest of the registration before Spark reads
// MAGIC them. `Scorer` is the row check of Runlake's jobs: here the CO2 sensor fails each night from three to four, and those rows go to
// MAGIC quarantine, each with its reason, while all others are scored.

// COMMAND ----------

import io.runlake.flavor.{Scorer, ScorerOptions}
import io.runlake.spark.Models
import org.apache.spark.sql.functions.{col, hour, lit, when}

val measured = telemetry("datatest.txt")
  .drop("Occupancy")
  .withColumn("CO2", when(hour(col("date")) =!= 3, col("CO2")))

val loaded = Models.load(spark, "models:/occupancy@champion")
val result = new Scorer(loaded, ScorerOptions.defaults).score(measured)

val predictions = s"$lake/predictions"
result.scored
  .withColumn("model_version", lit(champion.version))
  .write.format("delta").mode("overwrite").save(predictions)
spark.read.format("delta").load(predictions).createOrReplaceTempView("predictions")
result.quarantined.createOrReplaceTempView("quarantined")

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT 'scored' AS rows, count(*) AS count, '' AS column, '' AS reason FROM predictions
// MAGIC UNION ALL
// MAGIC SELECT 'quarantined', count(*), column, reason FROM quarantined GROUP BY column, reason

// COMMAND ----------

// MAGIC %md
// MAGIC ## From a prediction back to its data
// MAGIC
// MAGIC Somebody asks about a few minutes, weeks later. A row names its model version, the version its run, and the run its data.

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT p.date,
// MAGIC        p.prediction,
// MAGIC        round(p.probability[1], 4) AS occupied,
// MAGIC        p.model_version,
// MAGIC        r.run_name,
// MAGIC        element_at(split(input.name, '/'), -1) AS trained_on,
// MAGIC        input.version AS data_version
// MAGIC FROM predictions p
// MAGIC JOIN runlake_model_versions v ON v.name = 'occupancy' AND v.version = p.model_version
// MAGIC JOIN runlake_runs r ON r.run_id = v.run_id
// MAGIC LATERAL VIEW explode(map_values(r.inputs)) AS input
// MAGIC WHERE input.context = 'train' AND p.date BETWEEN '2015-02-03 07:45' AND '2015-02-03 07:50'
// MAGIC ORDER BY p.date

// COMMAND ----------

// MAGIC %md
// MAGIC ## Where this goes
// MAGIC
// MAGIC What was done here by hand runs every night as a job: `BatchScoringJob` takes `models:/occupancy@champion`, an input and a date,
// MAGIC and writes a night as one transaction. The same runs, versions and aliases are there for the `runlake` command and for plain SQL.

// COMMAND ----------

runlake.close()
