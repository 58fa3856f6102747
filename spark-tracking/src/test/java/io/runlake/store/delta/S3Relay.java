package io.runlake.store.delta;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands between S3A and an S3 and answers some requests itself, or not at all, or forgets a header
 * of them; all others it passes on as they are.
 */
final class S3Relay implements AutoCloseable {
  private static final Set<String> OWN_HEADERS =
      Set.of("host", "connection", "content-length", "transfer-encoding", "expect", "upgrade");

  /** A request, as far as a rule may know it. */
  record Request(String method, String path, boolean conditional) {
    /** Whether it creates an object only if its name is free. */
    boolean creates() {
      return method.equals("PUT") && conditional;
    }
  }

  /** What becomes of a request. */
  enum Fate {
    PASS,
    /** It is done, and its answer is 500. */
    LOSE_ANSWER,
    /** It is done as if it had no condition. */
    FORGET_CONDITION,
    CONFLICT(409, "ConditionalRequestConflict"),
    SLOW_DOWN(503, "SlowDown"),
    EXPIRED_TOKEN(403, "ExpiredToken"),
    NO_SUCH_BUCKET(404, "NoSuchBucket");

    private final int status;
    private final String code;

    Fate() {
      this(0, "");
    }

    Fate(int status, String code) {
      this.status = status;
      this.code = code;
    }
  }

  /** Decides what becomes of a request. */
  interface Rule {
    Fate of(Request request);
  }

  /** The requests that came, in order. */
  final List<Request> requests = new CopyOnWriteArrayList<>();

  private final HttpClient client = HttpClient.newHttpClient();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final String behind;
  private volatile Rule rule = request -> Fate.PASS;

  /** Stands before an endpoint. */
  S3Relay(String endpoint) throws IOException {
    behind = endpoint;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void rule(Rule next) {
    rule = next;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Headers headers = exchange.getRequestHeaders();
      Request request =
          new Request(
              exchange.getRequestMethod(),
              exchange.getRequestURI().getPath(),
              headers.containsKey("If-None-Match"));
      requests.add(request);
      Fate fate = rule.of(request);
      switch (fate) {
        case PASS -> answer(exchange, forward(exchange, body, true));
        case FORGET_CONDITION -> answer(exchange, forward(exchange, body, false));
        case LOSE_ANSWER -> {
          forward(exchange, body, true);
          refuse(exchange, 500, "InternalError");
        }
        default -> refuse(exchange, fate.status, fate.code);
      }
    }
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body, boolean conditions)
      throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(behind + exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                body.length == 0
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              String lower = name.toLowerCase(Locale.ROOT);
              if (!OWN_HEADERS.contains(lower) && (conditions || !lower.equals("if-none-match"))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (InterruptedException e) {
      throw new InterruptedIOException();
    }
  }

  private static void answer(HttpExchange exchange, HttpResponse<byte[]> response)
      throws IOException {
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> {
              boolean head = exchange.getRequestMethod().equals("HEAD");
              if (head || !OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
                exchange.getResponseHeaders().put(name, values);
              }
            });
    send(exchange, response.statusCode(), response.body());
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    String body = "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>";
    send(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
