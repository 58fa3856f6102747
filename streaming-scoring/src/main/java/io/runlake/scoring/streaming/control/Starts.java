package io.runlake.scoring.streaming.control;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.runlake.errors.ErrorCode;
import io.runlake.errors.TrackingException;
import io.runlake.store.PutIfAbsent;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The starts of a query, in {@code <checkpoint>/runlake/starts/}: {@code <n>.json} says who runs,
 * {@code <n>.stop.json} asks that start, and no later one, to stop, and {@code <n>.end.json} says
 * how it ended. Each file is written once. Thread-safe.
 */
public final class Starts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern START = Pattern.compile("([0-9]{1,18})\\.json");

  private final PutIfAbsent files;
  private final String folder;

  /** The starts of the query whose checkpoint that is. */
  public Starts(PutIfAbsent files, String checkpoint) {
    this.files = files;
    this.folder = checkpoint + "/runlake/starts";
  }

  /**
   * Who runs a query, and on what.
   *
   * @param number from 1, by the order of the starts
   */
  public record Start(
      long number,
      String job,
      String runId,
      String input,
      String output,
      String host,
      long pid,
      Instant at) {}

  /** How a start ended. */
  public record End(int exitCode, String reason, Instant at) {}

  /** The first start: its run is the parent of all later ones. */
  public Optional<Start> first() {
    return find(1);
  }

  /** The latest start; it runs, or it has an end, or it died. */
  public Optional<Start> latest() {
    OptionalLong newest =
        files.list(folder).stream()
            .map(START::matcher)
            .filter(Matcher::matches)
            .mapToLong(name -> Long.parseLong(name.group(1)))
            .max();
    return newest.isPresent() ? find(newest.getAsLong()) : Optional.empty();
  }

  /** Writes the next start down; the number of the one given is ignored. */
  public Start claim(Start start) {
    long number = latest().map(Start::number).orElse(0L) + 1;
    while (true) {
      Start numbered =
          new Start(
              number,
              start.job(),
              start.runId(),
              start.input(),
              start.output(),
              start.host(),
              start.pid(),
              start.at());
      if (files.put(path(number, ""), bytes(numbered))) {
        return numbered;
      }
      number++;
    }
  }

  /**
   * Asks a start to stop after the batch that it is at.
   *
   * @return false if it was asked before
   */
  public boolean requestStop(long number, String who, Instant now) {
    ObjectNode node = JSON.createObjectNode();
    node.put("by", who);
    node.put("at", now.toString());
    return files.put(path(number, ".stop"), bytes(node));
  }

  /** Whether a start was asked to stop. */
  public boolean stopRequested(long number) {
    return files.get(path(number, ".stop")).isPresent();
  }

  /** Writes down how a start ended. */
  public void ended(long number, End end) {
    ObjectNode node = JSON.createObjectNode();
    node.put("exit_code", end.exitCode());
    node.put("reason", end.reason());
    node.put("at", end.at().toString());
    files.put(path(number, ".end"), bytes(node));
  }

  /** How a start ended; empty while it runs, and if it died without a word. */
  public Optional<End> end(long number) {
    String path = path(number, ".end");
    return files
        .get(path)
        .map(bytes -> parse(path, bytes))
        .map(
            node ->
                new End(
                    node.path("exit_code").asInt(),
                    node.path("reason").asText(),
                    Instant.parse(node.path("at").asText())));
  }

  /** The files of starts below a number, but for the first start's, whose run is the parent. */
  public List<String> olderThan(long number) {
    return files.list(folder).stream()
        .filter(name -> name.matches("[0-9]{1,18}\\..*json"))
        .filter(
            name -> {
              long start = Long.parseLong(name.substring(0, name.indexOf('.')));
              return start > 1 && start < number;
            })
        .map(name -> folder + "/" + name)
        .toList();
  }

  private Optional<Start> find(long number) {
    String path = path(number, "");
    return files.get(path).map(bytes -> start(number, path, parse(path, bytes)));
  }

  private static Start start(long number, String path, JsonNode node) {
    try {
      return new Start(
          number,
          node.required("job").asText(),
          node.required("run_id").asText(),
          node.required("input").asText(),
          node.required("output").asText(),
          node.path("host").asText(),
          node.path("pid").asLong(),
          Instant.parse(node.required("at").asText()));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw damaged(path, e);
    }
  }

  private String path(long number, String what) {
    return folder + "/" + number + what + ".json";
  }

  private static JsonNode parse(String path, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw damaged(path, e);
    }
  }

  private static TrackingException damaged(String path, Exception e) {
    return new TrackingException(
        ErrorCode.DATA_LOSS,
        "The file "
            + path
            + " cannot be read: "
            + e.getMessage()
            + ". It was written by something else, or damaged; move it away.",
        e);
  }

  private static byte[] bytes(Start start) {
    ObjectNode node = JSON.createObjectNode();
    node.put("job", start.job());
    node.put("run_id", start.runId());
    node.put("input", start.input());
    node.put("output", start.output());
    node.put("host", start.host());
    node.put("pid", start.pid());
    node.put("at", start.at().toString());
    return bytes(node);
  }

  private static byte[] bytes(ObjectNode node) {
    return node.toPrettyString().getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
