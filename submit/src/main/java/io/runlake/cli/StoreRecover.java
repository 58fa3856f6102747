package io.runlake.cli;

import io.runlake.spool.Recovery;
import io.runlake.spool.Recovery.Recovered;
import io.runlake.spool.SpoolException;
import io.runlake.tracking.Runlake;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "recover",
    description = {
      "Write what an application could not: the file that its warning named, in which it kept what",
      "the store did not take before its end. The file is deleted once all of it is durable.",
      "Recovering a file twice changes nothing."
    },
    footer = {"", "Example: runlake store recover /tmp/runlake-spool-1.jsonl --store ./runlake"})
final class StoreRecover extends StoreCommand {
  @Parameters(paramLabel = "FILE", description = "The file that the warning named.")
  private Path file;

  @Option(names = "--keep", description = "Leave the file where it is.")
  private boolean keep;

  @Option(
      names = "--any-store",
      description = "Write to this store though the file was meant for another.")
  private boolean anyStore;

  /** The application may have ended before its store was made. */
  @Override
  boolean mayMakeStore() {
    return true;
  }

  @Override
  Answer answer(Runlake runlake) {
    try {
      Recovered recovered = Recovery.recover(runlake, file, keep, anyStore);
      return new Answer(() -> json(recovered), () -> text(recovered));
    } catch (SpoolException wrong) {
      throw new UsageException(wrong.getMessage());
    } catch (NoSuchFileException missing) {
      throw new UsageException("There is no file '" + file + "'.");
    } catch (IOException e) {
      throw new UsageException("The file '" + file + "' cannot be read: " + e + ".");
    }
  }

  private Map<String, Object> json(Recovered recovered) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", file.toString());
    json.put("file_kept", keep);
    json.put("runs", recovered.runs());
    json.put("metric_points", recovered.points());
    json.put("artifacts", recovered.files());
    return json;
  }

  private String text(Recovered recovered) {
    return "recovered: "
        + recovered.runs()
        + " runs, "
        + recovered.points()
        + " metric points, "
        + recovered.files()
        + " artifacts"
        + System.lineSeparator();
  }
}
