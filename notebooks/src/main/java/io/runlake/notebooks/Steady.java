package io.runlake.notebooks;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of what a notebook showed what says more of the execution than of the notebook: where
 * it was, when it was, ids that are made up. So executing it again changes little in a saved one.
 */
final class Steady {
  private static final Pattern UUID =
      Pattern.compile("\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b");
  private static final Pattern RUN_ID = Pattern.compile("\\b[0-9a-f]{32}\\b");
  private static final Pattern TIME =
      Pattern.compile("\\b(20\\d\\d-\\d\\d-\\d\\d)([ T]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?)?");
  private static final Pattern SECONDS = Pattern.compile("\\b\\d+\\.\\d(?= s\\b)");
  private static final Pattern LINE_OF_SECONDS = Pattern.compile("(?m)^  seconds .*$");

  private final Map<String, String> places;
  private final Map<String, String> ids = new HashMap<>();
  private final LocalDate today;

  /**
   * @param places what stands for a path, by the path
   */
  Steady(Map<String, String> places) {
    this(places, LocalDate.now(ZoneOffset.UTC));
  }

  Steady(Map<String, String> places, LocalDate today) {
    this.places = Map.copyOf(places);
    this.today = today;
  }

  /** A cell as it is kept; the same id is the same everywhere in a notebook. */
  Executed of(Executed executed) {
    List<Output> outputs = executed.outputs().stream().map(this::of).toList();
    return new Executed(executed.cell(), outputs, executed.took());
  }

  private Output of(Output output) {
    if (output instanceof Output.Printed printed) {
      return new Output.Printed(text(printed.text()));
    }
    if (output instanceof Output.Value value) {
      return new Output.Value(text(value.text()));
    }
    if (output instanceof Output.Table table) {
      List<List<String>> rows =
          table.rows().stream()
              .map(row -> row.stream().map(cell -> cell == null ? null : text(cell)).toList())
              .toList();
      return new Output.Table(table.columns(), rows, table.more());
    }
    return output;
  }

  String text(String text) {
    String steady = text;
    List<String> longestFirst =
        places.keySet().stream().sorted(Comparator.comparing(String::length).reversed()).toList();
    for (String place : longestFirst) {
      steady = steady.replace(place, places.get(place));
    }
    steady = RUN_ID.matcher(steady).replaceAll(id -> numbered(id.group(), "%032x"));
    steady =
        UUID.matcher(steady)
            .replaceAll(id -> numbered(id.group(), "00000000-0000-0000-0000-%012x"));
    steady = TIME.matcher(steady).replaceAll(this::time);
    steady = SECONDS.matcher(steady).replaceAll("0.0");
    return LINE_OF_SECONDS
        .matcher(steady)
        .replaceAll(line -> Matcher.quoteReplacement(line.group().replaceAll("\\d+\\.\\d", "0.0")));
  }

  private String numbered(String id, String format) {
    return ids.computeIfAbsent(id, unknown -> format.formatted(ids.size() + 1));
  }

  /** Of the last days: the first of January of 2026, as wide as it was. Others are the data's. */
  private String time(MatchResult found) {
    LocalDate date;
    try {
      date = LocalDate.parse(found.group(1));
    } catch (java.time.DateTimeException e) {
      return Matcher.quoteReplacement(found.group());
    }
    if (date.isBefore(today.minusDays(1)) || date.isAfter(today.plusDays(1))) {
      return Matcher.quoteReplacement(found.group());
    }
    String time = found.group(2) == null ? "" : found.group(2).replaceAll("\\d", "0");
    return "2026-01-01" + time;
  }
}
