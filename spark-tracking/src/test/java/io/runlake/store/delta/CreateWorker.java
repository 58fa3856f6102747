package io.runlake.store.delta;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One of several processes whose threads create the same file at the same moment. Told {@code use
 * <way> <threads> <worker> <folder> <setting>=<value>...} it makes ready; told {@code create <path>
 * <instant>} it says {@code won <writer>}, {@code lost}, or {@code failed <error>} for each thread.
 * The instant, of the clock that the processes of a machine share, is when each has its content
 * together: that is when a writer gives a file its name.
 */
public final class CreateWorker {
  private final List<CreateIfAbsent> ways = new ArrayList<>();
  private String worker;
  private boolean stock;
  private ExecutorService pool;

  private CreateWorker() {}

  /** Runs until its input ends. */
  public static void main(String[] args) throws Exception {
    Workers.serve(new CreateWorker()::does);
  }

  private List<String> does(String line) throws Exception {
    String[] words = line.split(" ");
    return words[0].equals("use") ? use(words) : create(words[1], Long.parseLong(words[2]));
  }

  private List<String> use(String[] words) throws IOException {
    Map<String, String> settings = new HashMap<>();
    Arrays.stream(words).skip(5).forEach(s -> settings.put(s.split("=", 2)[0], s.split("=", 2)[1]));
    int threads = Integer.parseInt(words[2]);
    worker = words[3];
    stock = words[1].equals(CreateIfAbsent.Way.STOCK.name());
    HadoopFiles hadoop = new HadoopFiles(settings);
    ways.clear();
    for (int i = 0; i < threads; i++) {
      ways.add(CreateIfAbsent.of(CreateIfAbsent.Way.valueOf(words[1]), words[4], hadoop));
    }
    if (pool == null) {
      pool = Executors.newFixedThreadPool(threads);
    }
    return List.of();
  }

  private List<String> create(String path, long instant) throws Exception {
    MeetingDisk.meetAt(instant);
    CyclicBarrier start = new CyclicBarrier(ways.size());
    List<Callable<String>> racers = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      CreateIfAbsent way = ways.get(i);
      String writer = worker + "." + i;
      String text = CreateIfAbsent.text(writer);
      racers.add(
          () -> {
            start.await();
            try {
              way.create(path, stock ? text.lines().iterator() : waiting(text));
              return "won " + writer;
            } catch (FileAlreadyExistsException taken) {
              return "lost";
            } catch (IOException | RuntimeException e) {
              return "failed " + e.toString().lines().findFirst().orElse("");
            }
          });
    }
    List<String> said = new ArrayList<>();
    for (Future<String> racer : pool.invokeAll(racers)) {
      said.add(racer.get());
    }
    return said;
  }

  /** The lines of a text, of which the last is followed by waiting. */
  private static Iterator<String> waiting(String text) {
    Iterator<String> lines = text.lines().iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        if (lines.hasNext()) {
          return true;
        }
        MeetingDisk.await();
        return false;
      }

      @Override
      public String next() {
        return lines.next();
      }
    };
  }
}
