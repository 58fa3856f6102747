package io.runlake.store.delta;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.runlake.store.ExperimentId;
import io.runlake.store.RunBatch;
import io.runlake.store.RunId;
import io.runlake.store.RunRow;
import io.runlake.store.Stamp;
import io.runlake.store.Store;
import io.runlake.store.delta.FaultyFiles.Fault;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One of several drivers that write to a store whose storage fails now and then. Told {@code drive
 * <seed> <commits> <rows> <root> <setting>=<value>...} it appends and says {@code run <id>} for
 * each row of a commit that was acknowledged, {@code failed <id> <error>} for the others, and
 * {@code faults <number>}.
 */
public final class DriverWorker {
  /** How many of a hundred writes of a log entry go wrong. */
  private static final int ENTRY_FAULTS = 12;

  /** How many of a hundred other operations fail. */
  private static final int OTHER_FAULTS = 3;

  private static final List<String> FAILING = List.of("listFrom", "getFileStatus", "create");

  private DriverWorker() {}

  /** Runs until its input ends. */
  public static void main(String[] args) throws Exception {
    KernelLog.quiet();
    Workers.serve(DriverWorker::drive);
  }

  private static List<String> drive(String line) {
    String[] words = line.split(" ");
    Map<String, String> settings = new HashMap<>();
    Arrays.stream(words).skip(5).forEach(s -> settings.put(s.split("=", 2)[0], s.split("=", 2)[1]));
    Random random = new Random(Long.parseLong(words[1]));
    int commits = Integer.parseInt(words[2]);
    int rows = Integer.parseInt(words[3]);
    HadoopFiles hadoop = new HadoopFiles(settings);
    AtomicInteger others = new AtomicInteger();
    FileIO files = failing(FileIO.class, DeltaRoot.fileIO(words[4], hadoop), random, others);
    FaultyFiles faulty = new FaultyFiles(files, write -> fault(random));
    List<String> said = new ArrayList<>();
    try (Store store =
        new DeltaStore(DeltaRoot.alone(words[4], faulty, hadoop, Retry.defaults()))) {
      for (int commit = 0; commit < commits; commit++) {
        List<RunRow> batch = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
          batch.add(
              RunRow.of(RunId.newId(Instant.now()), new ExperimentId("1"))
                  .withName(Stamp.of(1, "driver " + words[1])));
        }
        String answer = append(store, batch);
        batch.forEach(row -> said.add(answer.formatted(row.runId())));
      }
    }
    said.add("faults " + (faulty.faults.get() + others.get()));
    return said;
  }

  private static String append(Store store, List<RunRow> batch) {
    try {
      store.runs().append(new RunBatch(List.of(), batch)).join();
      return "run %s";
    } catch (CompletionException e) {
      return "failed %s " + e.getCause().toString().replace("%", "%%").replace('\n', ' ');
    }
  }

  private static synchronized Fault fault(Random random) {
    Fault[] faults = Fault.values();
    return random.nextInt(100) >= ENTRY_FAULTS
        ? Fault.NONE
        : faults[1 + random.nextInt(faults.length - 1)];
  }

  /** The same files, of which some operations fail before they are done. */
  private static <T> T failing(Class<T> type, T files, Random random, AtomicInteger faults) {
    Object failing =
        Proxy.newProxyInstance(
            DriverWorker.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              if (FAILING.contains(method.getName()) && random.nextInt(100) < OTHER_FAULTS) {
                faults.incrementAndGet();
                throw new IOException("a transient fault of " + method.getName());
              }
              try {
                Object answer = method.invoke(files, arguments);
                return answer instanceof OutputFile file
                    ? failing(OutputFile.class, file, random, faults)
                    : answer;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    return type.cast(failing);
  }
}
