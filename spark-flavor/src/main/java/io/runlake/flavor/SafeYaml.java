package io.runlake.flavor;

import io.runlake.flavor.ModelException.Kind;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML that can neither run code nor eat the heap: plain maps, lists, texts, numbers, booleans and
 * nulls, in bounds. Scalars mean what they mean to Python's loader, but that dates stay text.
 */
public final class SafeYaml {
  /** More characters than this are refused. */
  static final int MAX_CHARACTERS = 1 << 20;

  static final int MAX_DEPTH = 40;

  /** Nodes after aliases have been followed. */
  static final int MAX_NODES = 50_000;

  private static final Set<Tag> TAGS =
      Set.of(Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.MAP, Tag.SEQ);

  private SafeYaml() {}

  /**
   * A document and where its keys stand.
   *
   * @param values the top-level map, in file order, unmodifiable at the top
   * @param lines the line of each key, counted from 1, by its dotted path ({@code output.path})
   */
  public record Document(Map<String, Object> values, Map<String, Integer> lines) {}

  /**
   * Reads a document whose top level is a map.
   *
   * @param sourceName what errors call it: a file name
   * @throws ModelException of kind {@code BAD_FORMAT} with source, line and column
   */
  public static Map<String, Object> read(String text, String sourceName) {
    return parse(text, sourceName).values();
  }

  /** As {@link #read}, with the lines of the keys. */
  public static Document parse(String text, String sourceName) {
    if (text.length() > MAX_CHARACTERS) {
      throw bad(sourceName, null, "it has more than " + MAX_CHARACTERS + " characters");
    }
    try {
      Node root = compose(text);
      if (root == null) {
        throw bad(sourceName, null, "it is empty");
      }
      if (!(root instanceof MappingNode)) {
        throw bad(sourceName, root.getStartMark(), "its top level is no map of keys to values");
      }
      Checker checker = new Checker(sourceName);
      checker.check(root, "", 0);
      Map<String, Object> values = new LinkedHashMap<>();
      ((Map<?, ?>) new NodeConstructor().build(root))
          .forEach((key, value) -> values.put(String.valueOf(key), value));
      return new Document(
          Collections.unmodifiableMap(values), Collections.unmodifiableMap(checker.lines));
    } catch (MarkedYAMLException e) {
      throw bad(sourceName, e.getProblemMark(), e.getProblem());
    } catch (YAMLException | StackOverflowError e) {
      throw bad(sourceName, null, e instanceof StackOverflowError ? "too deep" : e.getMessage());
    }
  }

  /** Block style with sorted or given order of keys, as Python's {@code yaml.dump} writes it. */
  static String write(Map<String, ?> values) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setAllowUnicode(true);
    return new Yaml(options).dump(values);
  }

  private static Node compose(String text) {
    LoaderOptions options = options();
    return new Yaml(
            new SafeConstructor(options),
            new Representer(new DumperOptions()),
            new DumperOptions(),
            options,
            new PythonResolver())
        .compose(new java.io.StringReader(text.startsWith("\uFEFF") ? text.substring(1) : text));
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CHARACTERS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    return options;
  }

  private static ModelException bad(String source, Mark mark, String why) {
    String where =
        mark == null ? "" : ", line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1);
    return new ModelException(
        Kind.BAD_FORMAT, source, "Bad YAML in " + source + where + ": " + why);
  }

  /** Opens up SafeConstructor's own way from a node to a value. */
  private static final class NodeConstructor extends SafeConstructor {
    private NodeConstructor() {
      super(options());
    }

    private Object build(Node node) {
      return constructDocument(node);
    }
  }

  /**
   * Walks the graph as a tree, so that what aliases would multiply is counted before it is built.
   */
  private static final class Checker {
    private final String source;
    private final Map<String, Integer> lines = new LinkedHashMap<>();
    private int nodes;

    private Checker(String source) {
      this.source = source;
    }

    private void check(Node node, String path, int depth) {
      if (++nodes > MAX_NODES) {
        throw bad(
            source,
            node.getStartMark(),
            "with its aliases it has more than " + MAX_NODES + " values");
      }
      if (depth > MAX_DEPTH) {
        throw bad(source, node.getStartMark(), "it is nested deeper than " + MAX_DEPTH);
      }
      if (!TAGS.contains(node.getTag())) {
        throw bad(source, node.getStartMark(), "the tag '" + node.getTag() + "' is not allowed");
      }
      if (node instanceof SequenceNode sequence) {
        for (Node item : sequence.getValue()) {
          check(item, path, depth + 1);
        }
      } else if (node instanceof MappingNode mapping) {
        checkMapping(mapping, path, depth);
      }
    }

    private void checkMapping(MappingNode mapping, String path, int depth) {
      Set<String> seen = new HashSet<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode key)) {
          throw bad(source, entry.getKeyNode().getStartMark(), "a key must be a single value");
        }
        check(key, path, depth + 1);
        if (!seen.add(key.getValue())) {
          throw bad(source, key.getStartMark(), "the key '" + key.getValue() + "' stands twice");
        }
        String full = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
        lines.putIfAbsent(full, key.getStartMark().getLine() + 1);
        check(entry.getValueNode(), full, depth + 1);
      }
    }
  }

  /** The plain scalars of Python's loader, without dates and without merging of maps. */
  private static final class PythonResolver extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, pattern(PYTHON_INT), "-+0123456789");
      addImplicitResolver(Tag.FLOAT, pattern(PYTHON_FLOAT), "-+0123456789.");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }

    private static java.util.regex.Pattern pattern(String regex) {
      return java.util.regex.Pattern.compile(regex);
    }

    /** No base 60: {@code 10:30} is a time of day to whoever writes it. */
    private static final String PYTHON_INT =
        "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+";

    /** A float has a dot: an id of digits with one letter e among them is a text. */
    private static final String PYTHON_FLOAT =
        "[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?"
            + "|[-+]?\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?"
            + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)";
  }
}
