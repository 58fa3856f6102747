// Databricks notebook source
// MAGIC %md
// MAGIC # From a run to production
// MAGIC
// MAGIC A registered model has numbered versions, each of a run. The alias `champion` is what jobs ask for, and moving it is how a model goes to
// MAGIC production. Here **thresholds decide whether it moves**, and the table keeps who moved it, when and why.
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
// MAGIC ## Three candidates
// MAGIC
// MAGIC A regression on all sensors, a forest on all of them, and a forest that sees the temperature alone.

// COMMAND ----------

import org.apache.spark.ml.{Pipeline, PipelineModel, PipelineStage}
import org.apache.spark.ml.classification.{LogisticRegression, RandomForestClassifier}
import org.apache.spark.ml.feature.VectorAssembler

def fit(estimator: PipelineStage, sensors: String*): PipelineModel = {
  val assembler = new VectorAssembler().setInputCols(sensors.toArray).setOutputCol("features")
  new Pipeline()
    .setStages(Array[PipelineStage](assembler, estimator))
    .fit(spark.read.format("delta").load(table))
}

val sensors = Seq("Temperature", "Humidity", "Light", "CO2", "HumidityRatio")
val forest = new RandomForestClassifier().setLabelCol("Occupancy").setNumTrees(5).setMaxDepth(4).setSeed(1)
val regression = new LogisticRegression().setLabelCol("Occupancy").setMaxIter(30)

val narrow = fit(forest, "Temperature")
val linear = fit(regression, sensors: _*)
val trees = fit(forest, sensors: _*)

// COMMAND ----------

// MAGIC %md
// MAGIC ## One evaluation for all
// MAGIC
// MAGIC `Evaluate` judges predictions in one pass, on three days that none of them has seen, and logs figures, tables and plots to the run of the
// MAGIC model that made them.

// COMMAND ----------

import io.runlake.evaluate.ClassifierEvaluation
import io.runlake.spark.{Evaluate, EvaluateOptions, RunlakeViews}

val test = telemetry("datatest.txt").cache()

def judge(model: PipelineModel): ClassifierEvaluation =
  Evaluate.classifier(
    model.transform(test),
    EvaluateOptions.defaults.withLabelCol("Occupancy").withModel(model))

val ofNarrow = judge(narrow)
val ofLinear = judge(linear)
val ofTrees = judge(trees)

RunlakeViews.register(spark)

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT element_at(split(params['stages'], "'"), -2) AS estimator,
// MAGIC        params['VectorAssembler.inputCols'] AS sensors,
// MAGIC        round(metrics['accuracy_score'], 4) AS accuracy,
// MAGIC        round(metrics['f1_score'], 4) AS f1,
// MAGIC        round(metrics['roc_auc'], 4) AS roc_auc
// MAGIC FROM runlake_runs
// MAGIC ORDER BY accuracy

// COMMAND ----------

import io.runlake.tracking.Runlake
import scala.util.Using

val runlake = Runlake.open(store)

def show(model: PipelineModel, picture: String): Unit =
  Using.resource(runlake.openArtifact(Autolog.runOf(model).get, picture))(file =>
    displayHTML(new String(file.readAllBytes, "UTF-8")))

show(linear, "roc_curve_plot.svg")
show(narrow, "confusion_matrix.svg")

// COMMAND ----------

// MAGIC %md
// MAGIC ## The gate
// MAGIC
// MAGIC At least 0.75 right, and no worse in F1 than the champion of the day. The first one has nobody to beat and is welcome. The verdict stays with
// MAGIC the run, as a tag.

// COMMAND ----------

import io.runlake.evaluate.{MetricThreshold, Thresholds}
import io.runlake.registry.RegisterOptions

val registry = runlake.registry

def propose(model: PipelineModel, evaluation: ClassifierEvaluation, why: String): Unit = {
  val version = registry.register(
    "occupancy", s"runs:/${Autolog.runOf(model).get}/model", RegisterOptions.because(why))
  val verdict = Evaluate.check(
    evaluation,
    Thresholds
      .of(
        MetricThreshold.atLeast("accuracy_score", 0.75),
        MetricThreshold.noWorse("f1_score", true))
      .against(Evaluate.baseline(runlake, "models:/occupancy@champion"))
      .welcomingFirst)
  if (verdict.accepted)
    registry.setAlias("occupancy", "champion", version.version, s"passed the gate: $why")
  println(s"version ${version.version} ($why) is " + (if (verdict.accepted) "the champion" else "refused"))
  verdict.reasons.forEach(reason => println(s"  $reason"))
}

propose(linear, ofLinear, "a regression")
propose(narrow, ofNarrow, "one sensor is cheaper")
propose(trees, ofTrees, "a forest")

// COMMAND ----------

// MAGIC %md
// MAGIC ## What the registry knows
// MAGIC
// MAGIC Versions with their run and its figures, and every change there ever was.

// COMMAND ----------

registry.history("occupancy").forEach(change => 
  println(s"${change.what.replaceAll(" from .*", "")}  (${change.change.why})"))

// COMMAND ----------

// MAGIC %sql
// MAGIC SELECT v.version, v.aliases, v.why, round(r.metrics['f1_score'], 4) AS f1,
// MAGIC        split(r.tags['runlake.verdict'], ':')[0] AS verdict
// MAGIC FROM runlake_model_versions v JOIN runlake_runs r ON v.run_id = r.run_id
// MAGIC WHERE v.name = 'occupancy'
// MAGIC ORDER BY v.version

// COMMAND ----------

// MAGIC %md
// MAGIC Whoever loads `models:/occupancy@champion` gets that version, checked against the digest of its registration.

// COMMAND ----------

import io.runlake.spark.Models

val champion = Models.load(spark, "models:/occupancy@champion")
println(champion.model.stages(1).getClass.getSimpleName)
champion.signature.get.inputs.forEach(column => println(s"  reads ${column.name.get}, ${column.`type`}"))

Autolog.disable(spark)
runlake.close()
