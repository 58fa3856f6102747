package io.runlake.benchmarks;

import io.runlake.spark.Autolog;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.ml.Model;
import org.apache.spark.sql.SparkSession;

/**
 * A training program that does what it is told on stdin: {@code fit <kind> <mode>}, or {@code save
 * <kind>} and {@code wrap <kind>} for saving by hand what was fitted last, as it is or in a
 * pipeline. It answers with seconds, Spark jobs, those marked as Runlake's, and seconds of
 * processor time of the whole process until what was logged is in the store. {@code FitProgram
 * <folder> <percent of the usual rows>}.
 */
public final class FitProgram {
  private final SparkSession spark;
  private final Path folder;
  private final int percent;
  private final JobCounter jobs;
  private final Map<TrainingJob.Kind, TrainingJob> known = new EnumMap<>(TrainingJob.Kind.class);
  private final Map<TrainingJob.Kind, Model<?>> fitted = new EnumMap<>(TrainingJob.Kind.class);

  private FitProgram(SparkSession spark, Path folder, int percent) {
    this.spark = spark;
    this.folder = folder;
    this.percent = percent;
    this.jobs = new JobCounter(spark);
  }

  /** Says first how long the start of the session took. */
  public static void main(String[] args) throws Exception {
    long began = System.nanoTime();
    SparkSession spark = SparkSession.builder().appName("fit-program").getOrCreate();
    answer(began, System.nanoTime(), 0, 0, cpuSeconds());
    try (BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      FitProgram program = new FitProgram(spark, Path.of(args[0]), Integer.parseInt(args[1]));
      for (String line = orders.readLine(); line != null; line = orders.readLine()) {
        program.follow(line.split(" "));
      }
    } finally {
      spark.stop();
    }
  }

  private void follow(String[] order) throws Exception {
    TrainingJob.Kind kind = TrainingJob.Kind.valueOf(order[1]);
    TrainingJob job =
        known.computeIfAbsent(kind, k -> TrainingJob.of(k, spark, folder.resolve("data"), percent));
    System.gc();
    jobs.reset();
    boolean fits = order[0].equals("fit");
    AutologOverhead.Mode mode =
        fits ? AutologOverhead.Mode.valueOf(order[2]) : AutologOverhead.Mode.OFF;
    spark.conf().set("spark.runlake.autolog.enabled", Boolean.toString(mode.logs()));
    spark.conf().set("spark.runlake.autolog.models", Boolean.toString(mode.savesModels()));
    double cpu = cpuSeconds();
    long began = System.nanoTime();
    if (fits) {
      fitted.put(kind, (Model<?>) job.estimator().fit(job.data()));
    } else {
      TrainingJob.save(fitted.get(kind), folder.resolve("saved"), order[0].equals("wrap"));
    }
    long ended = System.nanoTime();
    if (mode.logs() && Autolog.runOf(fitted.get(kind)).isEmpty()) {
      throw new IllegalStateException("The fit was not logged.");
    }
    double used = cpuSeconds() - cpu;
    jobs.drain();
    answer(began, ended, jobs.all(), jobs.marked(), used);
  }

  private static void answer(long began, long ended, int jobs, int marked, double cpu) {
    System.out.println(
        String.format(Locale.ROOT, "%.4f %d %d %.3f", (ended - began) / 1e9, jobs, marked, cpu));
    System.out.flush();
  }

  /** Of this process, executor and compiler threads included: less shaken by what else runs. */
  private static double cpuSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime() / 1e9;
  }
}
