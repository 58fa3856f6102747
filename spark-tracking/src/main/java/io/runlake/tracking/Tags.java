package io.runlake.tracking;

/** The names of tags that have a meaning, as MLflow and Runlake set them. */
public final class Tags {
  public static final String RUN_NAME = "mlflow.runName";
  public static final String PARENT_RUN_ID = "mlflow.parentRunId";
  public static final String USER = "mlflow.user";
  public static final String NOTE = "mlflow.note.content";
  public static final String SOURCE_NAME = "mlflow.source.name";
  public static final String SOURCE_TYPE = "mlflow.source.type";
  public static final String GIT_COMMIT = "mlflow.source.git.commit";
  public static final String GIT_BRANCH = "mlflow.source.git.branch";
  public static final String GIT_DIRTY = "mlflow.source.git.dirty";
  public static final String GIT_REPO_URL = "mlflow.source.git.repoURL";

  /** The machine that the run was started on. */
  public static final String HOST = "runlake.host";

  /** The Spark application, where there is one; whoever knows Spark gives it to the run. */
  public static final String SPARK_APP_ID = "runlake.spark.app.id";

  /** Set when a run ends of which metric points were refused: how many, and why. */
  public static final String INCOMPLETE = "runlake.incomplete";

  private Tags() {}
}
