#!/usr/bin/env bash
# Runlake on YARN, the driver in the cluster: training that logs itself, a night, a stream.
#
#   HADOOP_CONF_DIR=/etc/hadoop/conf STORE=delta:hdfs:///runlake DATA=hdfs:///occupancy yarn.sh train|night|stream
#
# spark-submit is that of Spark 4.1 on Scala 2.13; on another line take the Delta that belongs to it.
set -euo pipefail
submit=${SPARK_SUBMIT:-spark-submit}
jar=${RUNLAKE_JAR:-hdfs:///lib/runlake-spark-0.1.0-SNAPSHOT.jar}
program=${PROGRAM:-hdfs:///lib/runlake-examples.jar}
conf=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../conf" && pwd -P)

cluster=(--master yarn --deploy-mode cluster --queue "${QUEUE:-default}"
  --num-executors 4 --executor-cores 2 --executor-memory 4g --driver-memory 2g
  --packages io.delta:delta-spark_4.1_2.13:4.4.0 --jars "$jar"
  # A night whose driver dies is started again by YARN: the second attempt finds what the first has done.
  --conf spark.yarn.maxAppAttempts=2
  --conf "spark.runlake.tracking.uri=${STORE:?as delta:hdfs:///runlake}")

case ${1:-} in
  train)
    exec "$submit" "${cluster[@]}" \
      --conf spark.plugins=io.runlake.spark.RunlakePlugin --conf spark.runlake.experiment=occupancy \
      --class examples.TrainOccupancy "$program" "${DATA:?a folder}/datatraining.txt"
    ;;
  night)
    # --files puts the YAML into the driver's working directory.
    exec "$submit" "${cluster[@]}" --files "$conf/occupancy-nightly.yaml" \
      --class io.runlake.scoring.batch.BatchScoringJob "$jar" \
      --config occupancy-nightly.yaml --date "${DATE:-2015-02-04}" \
      --input.path "${DATA:?a folder}/datatest.txt" --output.path "${OUTPUT:?a folder}"
    ;;
  stream)
    exec "$submit" "${cluster[@]}" --files "$conf/occupancy-stream.yaml" \
      --class io.runlake.scoring.streaming.StreamingScoringJob "$jar" \
      --config occupancy-stream.yaml --input.path "${DATA:?a folder}/arriving" \
      --output.path "${OUTPUT:?a folder}" --checkpoint "${CHECKPOINT:?a folder of this query alone}"
    ;;
  *)
    echo "usage: yarn.sh train|night|stream" >&2
    exit 2
    ;;
esac
