package io.runlake.cli;

import io.runlake.doctor.Doctor;
import io.runlake.errors.TrackingException;
import io.runlake.store.Finding;
import io.runlake.store.Finding.Severity;
import io.runlake.tracking.Runlake;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "doctor",
    description = {
      "Check every rule of the format on a store, and say what breaks one, where, and the mend.",
      "Nothing is changed; others may write meanwhile. All rows of runs and metrics are read."
    },
    exitCodeList = {
      ExitCode.OK_MEANING,
      ExitCode.FAILURE_MEANING,
      ExitCode.USAGE_MEANING,
      ExitCode.VIOLATIONS_MEANING
    },
    footer = {"", "Example: runlake store doctor --store ./runlake --deep"})
final class StoreDoctor extends StoreCommand {
  @Option(
      names = "--deep",
      description = "Read every file of every model version, instead of its manifest alone.")
  private boolean deep;

  @Override
  Answer answer(Runlake runlake) {
    Doctor standard = Doctor.standard().withProgress(new Progress(err()));
    Doctor doctor = deep ? standard.deep() : standard;
    List<Finding> findings = TrackingException.mapped(() -> doctor.examine(runlake.store()));
    String root = runlake.store().root();
    int code = count(findings, Severity.VIOLATION) > 0 ? ExitCode.VIOLATIONS : ExitCode.OK;
    return new Answer(() -> json(root, findings), () -> text(root, findings), code);
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }

  private static Map<String, Object> json(String root, List<Finding> findings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("root", root);
    json.put("violations", count(findings, Severity.VIOLATION));
    json.put("warnings", count(findings, Severity.WARNING));
    json.put("findings", findings.stream().map(StoreDoctor::json).toList());
    return json;
  }

  private static Map<String, Object> json(Finding finding) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("severity", finding.severity().name());
    json.put("invariant", finding.invariant());
    json.put("table", finding.table());
    json.put("where", finding.where());
    json.put("what", finding.what());
    json.put("mend", finding.mend());
    return json;
  }

  private static String text(String root, List<Finding> findings) {
    StringBuilder text = new StringBuilder();
    for (Finding finding : findings) {
      line(
          text,
          finding.severity()
              + " "
              + finding.invariant()
              + " ("
              + finding.table()
              + ") "
              + finding.where());
      line(text, "  " + finding.what());
      line(text, "  Mend: " + finding.mend());
    }
    line(
        text,
        count(findings, Severity.VIOLATION)
            + " violations, "
            + count(findings, Severity.WARNING)
            + " warnings, "
            + count(findings, Severity.INFO)
            + " notes on "
            + root);
    return text.toString();
  }

  private static void line(StringBuilder text, String line) {
    text.append(Texts.printable(line)).append(System.lineSeparator());
  }
}
