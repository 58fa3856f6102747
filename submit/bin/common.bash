# What the scripts of this directory share. Sourced, never run.
#
# After it: RUNLAKE_HOME is the checkout, whichever directory one stands in and however the script was reached.

runlake_resolve_home() {
  RUNLAKE_HOME=$(cd -- "${1%/*}/../.." && pwd -P)
}

# One line on stderr that names the script.
say() { printf '%s: %s\n' "${RUNLAKE_SCRIPT:-runlake}" "$*" >&2; }

fail() {
  local code=$1
  shift
  say "$@"
  exit "$code"
}

# Sets JAVA. Runlake needs 17; Spark 4.1 starts on 17 and 21.
find_java() {
  if [[ -n ${JAVA_HOME:-} ]]; then
    JAVA=$JAVA_HOME/bin/java
    [[ -x $JAVA ]] || fail 2 "JAVA_HOME is $JAVA_HOME, and there is no bin/java in it. Set JAVA_HOME to a JDK 17 or unset it."
  else
    JAVA=$(type -P java) || fail 2 "no java found. Install a JDK 17, or set JAVA_HOME to one."
  fi
}

# Builds modules of the checkout: build_modules LOG MODULE[,MODULE...]. Maven's own output goes to LOG.
build_modules() {
  local log=$1 modules=$2 maven
  maven=$(type -P mvn) || fail 2 "Maven (mvn) not found, and $modules must be built first. Install Maven 3.8.6 or newer."
  mkdir -p -- "${log%/*}"
  # From the root, so that .mvn/ is found; stdin away, so that a script piped into us is not eaten.
  if ! (cd -- "$RUNLAKE_HOME" && "$maven" -B -DskipTests -pl "$modules" -am package) >"$log" 2>&1 </dev/null; then
    tail -n 25 -- "$log" >&2
    fail 1 "the build failed; the whole log is $log"
  fi
}

# The text of a property of the root POM.
pom_property() {
  local name=$1 line
  while IFS= read -r line; do
    if [[ $line =~ \<$name\>([^<]*)\</$name\> ]]; then
      printf '%s' "${BASH_REMATCH[1]}"
      return 0
    fi
  done <"$RUNLAKE_HOME/pom.xml"
  return 1
}

# Sets RUNLAKE_VERSION and RUNLAKE_JAR: the first <version> of the root POM is the project's.
find_one_jar() {
  RUNLAKE_VERSION=$(pom_property version) || fail 1 "no <version> in $RUNLAKE_HOME/pom.xml"
  RUNLAKE_JAR=$RUNLAKE_HOME/submit/target/runlake-spark-$RUNLAKE_VERSION.jar
}

EMBEDDED_MODULE=submit/embedded-spark

# Sets EMBEDDED_HOME, the Spark home that the build assembles, and assembles it where it is missing or of other versions.
ensure_embedded_spark() {
  local wanted release=
  EMBEDDED_HOME=$RUNLAKE_HOME/$EMBEDDED_MODULE/target/spark
  wanted="Spark $(pom_property spark.version) Scala $(pom_property scala.binary) Delta $(pom_property delta.version)"
  if [[ -r $EMBEDDED_HOME/RELEASE ]]; then
    IFS= read -r release <"$EMBEDDED_HOME/RELEASE" || true
  fi
  if [[ $release != "$wanted" ]]; then
    say "assembling the embedded Spark home ($wanted) with Maven"
    rm -rf -- "$EMBEDDED_HOME"
    build_modules "$RUNLAKE_HOME/$EMBEDDED_MODULE/target/build.log" "$EMBEDDED_MODULE"
  fi
}

# Prints "<Spark version> <Scala binary version>" of a Spark home, from the name of its core jar.
spark_home_version() {
  local jar
  for jar in "$1"/jars/spark-core_2.1[23]-*.jar; do
    if [[ $jar =~ /spark-core_(2\.1[23])-([^/]+)\.jar$ && -e $jar ]]; then
      printf '%s %s' "${BASH_REMATCH[2]}" "${BASH_REMATCH[1]}"
      return 0
    fi
  done
  return 1
}

# Sets and exports SPARK_HOME and SPARK_SCALA_VERSION: the SPARK_HOME of the environment where it is set and of a supported
# line, else the embedded Spark.
find_spark() {
  local found version
  if [[ -z ${SPARK_HOME:-} ]]; then
    ensure_embedded_spark
    SPARK_HOME=$EMBEDDED_HOME
    SPARK_SCALA_VERSION=$(pom_property scala.binary)
    # A home for one machine: it talks to itself, whatever the host is called.
    export SPARK_HOME SPARK_SCALA_VERSION SPARK_LOCAL_IP=${SPARK_LOCAL_IP:-127.0.0.1}
    return 0
  fi
  [[ -d $SPARK_HOME ]] || fail 2 "SPARK_HOME is $SPARK_HOME, which is not a directory. Set it to a Spark home, or unset it to use the embedded Spark."
  found=$(spark_home_version "$SPARK_HOME") || fail 2 "SPARK_HOME is $SPARK_HOME, and there is no jars/spark-core_2.12-* or spark-core_2.13-* in it. Set it to a Spark home, or unset it to use the embedded Spark."
  version=${found% *}
  case $version in
    3.5.* | 4.0.* | 4.1.*) ;;
    *) fail 2 "SPARK_HOME is $SPARK_HOME with Spark $version; Runlake runs on Spark 3.5, 4.0 and 4.1. Set it to one of those, or unset it to use the embedded Spark $(pom_property spark.version)." ;;
  esac
  export SPARK_HOME SPARK_SCALA_VERSION=${found#* }
}

# Spark's own launcher turns "CLASS args..." into the java command, with conf/, memory, class path and the add-opens list;
# it prints it NUL-separated after one line break. Sets SPARK_COMMAND.
# Reads SPARK_HOME, SPARK_SCALA_VERSION.
spark_class_command() {
  local part out
  SPARK_COMMAND=()
  out=$(mktemp "${TMPDIR:-/tmp}/runlake-launch.XXXXXX") || fail 1 "cannot create a temporary file in ${TMPDIR:-/tmp}"
  if ! "$JAVA" -Xmx128m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$SPARK_HOME/jars/*" \
    org.apache.spark.launcher.Main "$@" >"$out"; then
    rm -f -- "$out"
    fail 1 "Spark's launcher failed (Spark home $SPARK_HOME)"
  fi
  {
    IFS= read -r _
    while IFS= read -r -d '' part; do SPARK_COMMAND+=("$part"); done
  } <"$out"
  rm -f -- "$out"
  [[ ${#SPARK_COMMAND[@]} -gt 0 ]] || fail 1 "Spark's launcher gave no command (Spark home $SPARK_HOME)"
}

# Sets COMMAND_CLASS_PATH: the one jar, then its libraries in byte order, the same at build time and at run time, since
# a class-data archive fits one class path only.
command_class_path() {
  local LC_ALL=C jar
  COMMAND_CLASS_PATH=$RUNLAKE_JAR
  for jar in "$RUNLAKE_HOME"/submit/target/cli/lib/*.jar; do
    COMMAND_CLASS_PATH+=:$jar
  done
}
