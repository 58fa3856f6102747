#!/usr/bin/env bash
# Runlake on a standalone Spark cluster: training that logs itself, a night, a stream.
#
#   MASTER=spark://host:7077 STORE=delta:hdfs://host/runlake DATA=hdfs://host/occupancy standalone.sh train|night|stream
#
# From a checkout, submit/bin/spark-submit brings Spark with Delta. With another Spark, set SPARK_SUBMIT to its spark-submit
# and add --packages io.delta:delta-spark_4.1_2.13:4.4.0 (or the Delta of its line), unless Delta is in its jars.
set -euo pipefail
home=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.." && pwd -P)
submit=${SPARK_SUBMIT:-$home/submit/bin/spark-submit}
jar=${RUNLAKE_JAR:-$home/submit/target/runlake-spark-0.1.0-SNAPSHOT.jar}
program=${PROGRAM:-$home/submit/examples/target/runlake-examples.jar}
mode=${DEPLOY_MODE:-client} # in cluster mode the jars and the YAML must be where every worker finds them

cluster=(--master "${MASTER:?as spark://host:7077}" --deploy-mode "$mode" --jars "$jar"
  # Of the cluster mode: wait for the driver's end instead of leaving once it runs.
  --conf spark.standalone.submit.waitAppCompletion=true
  --conf "spark.runlake.tracking.uri=${STORE:?as delta:hdfs://host/runlake}")

case ${1:-} in
  train)
    exec "$submit" "${cluster[@]}" \
      --conf spark.plugins=io.runlake.spark.RunlakePlugin --conf "spark.runlake.experiment=${EXPERIMENT:-occupancy}" \
      --class examples.TrainOccupancy "$program" "${DATA:?a folder}/datatraining.txt"
    ;;
  night)
    exec "$submit" "${cluster[@]}" --class io.runlake.scoring.batch.BatchScoringJob "$jar" \
      --config "$home/submit/conf/occupancy-nightly.yaml" --date "${DATE:-2015-02-04}" \
      --input.path "${DATA:?a folder}/datatest.txt" --output.path "${OUTPUT:?a folder}"
    ;;
  stream)
    exec "$submit" "${cluster[@]}" --class io.runlake.scoring.streaming.StreamingScoringJob "$jar" \
      --config "$home/submit/conf/occupancy-stream.yaml" --input.path "${DATA:?a folder}/arriving" \
      --output.path "${OUTPUT:?a folder}" --checkpoint "${CHECKPOINT:?a folder of this query alone}"
    ;;
  *)
    echo "usage: standalone.sh train|night|stream" >&2
    exit 2
    ;;
esac
