#!/usr/bin/env bash
# Runlake on Kubernetes by plain spark-submit: training that logs itself, a night, a stream.
# kubernetes-night.yaml is the night for the Spark operator.
#
#   MASTER=k8s://https://host:6443 IMAGE=registry/spark-runlake:4.1.0 STORE=delta:abfss://lake@account.dfs.core.windows.net/runlake \
#     DATA=abfss://lake@account.dfs.core.windows.net/occupancy kubernetes.sh train|night|stream
#
# The image is Spark 4.1 on Scala 2.13 with Delta 4.4.0 and the store's file system in its jars, and with Runlake's jar,
# examples and YAML in /opt/runlake. A store must be a shared file system: a directory of a pod vanishes with the pod.
set -euo pipefail
submit=${SPARK_SUBMIT:-spark-submit}
jar=local:///opt/runlake/runlake-spark-0.1.0-SNAPSHOT.jar
program=local:///opt/runlake/runlake-examples.jar

cluster=(--master "${MASTER:?as k8s://https://host:6443}" --deploy-mode cluster --jars "$jar"
  --conf "spark.kubernetes.container.image=${IMAGE:?an image with Spark, Delta and Runlake}"
  --conf "spark.kubernetes.namespace=${NAMESPACE:-default}"
  --conf "spark.kubernetes.authenticate.driver.serviceAccountName=${SERVICE_ACCOUNT:-spark}"
  --conf spark.executor.instances=4 --conf spark.executor.cores=2 --conf spark.executor.memory=4g
  --conf "spark.runlake.tracking.uri=${STORE:?as delta:abfss://container@account.dfs.core.windows.net/runlake}")

case ${1:-} in
  train)
    exec "$submit" "${cluster[@]}" --name train-occupancy \
      --conf spark.plugins=io.runlake.spark.RunlakePlugin --conf spark.runlake.experiment=occupancy \
      --class examples.TrainOccupancy "$program" "${DATA:?a folder}/datatraining.txt"
    ;;
  night)
    exec "$submit" "${cluster[@]}" --name occupancy-nightly \
      --class io.runlake.scoring.batch.BatchScoringJob "$jar" \
      --config /opt/runlake/occupancy-nightly.yaml --date "${DATE:-2015-02-04}" \
      --input.path "${DATA:?a folder}/datatest.txt" --output.path "${OUTPUT:?a folder}"
    ;;
  stream)
    exec "$submit" "${cluster[@]}" --name occupancy-stream \
      --class io.runlake.scoring.streaming.StreamingScoringJob "$jar" \
      --config /opt/runlake/occupancy-stream.yaml --input.path "${DATA:?a folder}/arriving" \
      --output.path "${OUTPUT:?a folder}" --checkpoint "${CHECKPOINT:?a folder of this query alone}"
    ;;
  *)
    echo "usage: kubernetes.sh train|night|stream" >&2
    exit 2
    ;;
esac
