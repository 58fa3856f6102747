package io.runlake.report;

import java.util.List;
import java.util.Locale;

/** Small plots as SVG text: curves, bars, and a matrix of shares. */
public final class SvgPlot {
  private static final int LEFT = 70;
  private static final int TOP = 40;
  private static final int PLOT_WIDTH = 420;
  private static final int PLOT_HEIGHT = 320;
  private static final int LEGEND = 180;
  private static final int BOTTOM = 50;
  private static final int TICKS = 5;
  private static final int MAX_NAME = 28;
  private static final List<String> COLOURS =
      List.of("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#888888");

  private final StringBuilder svg = new StringBuilder();

  /**
   * A curve.
   *
   * @param points x and y in the order in which they are joined; not finite ones are left out
   */
  public record Series(String name, List<double[]> points) {
    public Series {
      points = points.stream().filter(p -> Double.isFinite(p[0]) && Double.isFinite(p[1])).toList();
    }
  }

  private SvgPlot(String title, int width, int height) {
    add(
        "<svg xmlns='http://www.w3.org/2000/svg' font-family='sans-serif' font-size='12'"
            + " viewBox='0 0 %d %d' width='%d' height='%d'>",
        width, height, width, height);
    add("<rect width='%d' height='%d' fill='white'/>", width, height);
    text(LEFT, 24, "start", title);
  }

  /**
   * Curves over the unit square or, where values leave it, over the square that holds them.
   *
   * @param diagonal whether the line from corner to corner is drawn, for comparison
   */
  public static String curves(
      String title, String xAxis, String yAxis, List<Series> series, boolean diagonal) {
    SvgPlot plot = new SvgPlot(title, LEFT + PLOT_WIDTH + LEGEND, TOP + PLOT_HEIGHT + BOTTOM);
    Range x = Range.of(series, 0);
    Range y = Range.of(series, 1);
    plot.axes(x, y, xAxis, yAxis);
    if (diagonal) {
      plot.line(LEFT, TOP + PLOT_HEIGHT, LEFT + PLOT_WIDTH, TOP, "#bbbbbb");
    }
    for (int i = 0; i < series.size(); i++) {
      plot.curve(series.get(i), i, x, y);
    }
    return plot.done();
  }

  /** Bars from zero to each value, one below the other, each with its name and its value. */
  public static String bars(String title, List<String> names, List<Double> values) {
    int step = 20;
    int nameWidth = 190;
    int height = TOP + names.size() * step + 20;
    SvgPlot plot = new SvgPlot(title, nameWidth + PLOT_WIDTH + 100, height);
    double low = Math.min(0, values.stream().mapToDouble(v -> v).min().orElse(0));
    double high = Math.max(0, values.stream().mapToDouble(v -> v).max().orElse(0));
    double scale = high > low ? PLOT_WIDTH / (high - low) : 0;
    for (int i = 0; i < names.size(); i++) {
      double value = values.get(i);
      double from = nameWidth + (Math.min(0, value) - low) * scale;
      double y = TOP + i * step;
      plot.text(nameWidth - 8, y + 12, "end", shortened(names.get(i)));
      plot.add(
          "<rect x='%.1f' y='%.1f' width='%.1f' height='14' fill='%s'/>",
          from, y, Math.abs(value) * scale, value < 0 ? COLOURS.get(1) : COLOURS.get(0));
      plot.text(from + Math.abs(value) * scale + 6, y + 12, "start", number(value));
    }
    return plot.done();
  }

  /**
   * A square matrix of shares from 0 to 1, the darker the greater.
   *
   * @param shares by row and column; NaN is left white
   */
  public static String matrix(
      String title, String rowAxis, String columnAxis, List<String> names, double[][] shares) {
    int size = names.size();
    double cell = (double) PLOT_HEIGHT / Math.max(1, size);
    int left = LEFT + 110;
    SvgPlot plot = new SvgPlot(title, left + PLOT_HEIGHT + 30, TOP + PLOT_HEIGHT + BOTTOM);
    for (int row = 0; row < size; row++) {
      plot.text(left - 8, TOP + (row + 0.5) * cell + 4, "end", shortened(names.get(row)));
      plot.text(
          left + (row + 0.5) * cell, TOP + PLOT_HEIGHT + 18, "middle", shortened(names.get(row)));
      for (int column = 0; column < size; column++) {
        double share = shares[row][column];
        plot.cell(left + column * cell, TOP + row * cell, cell, share, size <= 10);
      }
    }
    plot.text(left + PLOT_HEIGHT / 2.0, TOP + PLOT_HEIGHT + 38, "middle", columnAxis);
    plot.upright(16, TOP + PLOT_HEIGHT / 2.0, rowAxis);
    return plot.done();
  }

  private void cell(double x, double y, double size, double share, boolean labelled) {
    double depth = Double.isNaN(share) ? 0 : Math.max(0, Math.min(1, share));
    add(
        "<rect x='%.1f' y='%.1f' width='%.1f' height='%.1f' fill='#4477aa' fill-opacity='%.3f'"
            + " stroke='#dddddd'/>",
        x, y, size, size, depth);
    if (labelled && !Double.isNaN(share)) {
      text(x + size / 2, y + size / 2 + 4, "middle", String.format(Locale.ROOT, "%.2f", share));
    }
  }

  private void axes(Range x, Range y, String xAxis, String yAxis) {
    add(
        "<rect x='%d' y='%d' width='%d' height='%d' fill='none' stroke='#888888'/>",
        LEFT, TOP, PLOT_WIDTH, PLOT_HEIGHT);
    for (int i = 0; i <= TICKS; i++) {
      double px = LEFT + (double) PLOT_WIDTH * i / TICKS;
      double py = TOP + PLOT_HEIGHT - (double) PLOT_HEIGHT * i / TICKS;
      line(px, TOP + PLOT_HEIGHT, px, TOP + PLOT_HEIGHT + 5, "#888888");
      line(LEFT - 5, py, LEFT, py, "#888888");
      text(px, TOP + PLOT_HEIGHT + 18, "middle", number(x.at((double) i / TICKS)));
      text(LEFT - 8, py + 4, "end", number(y.at((double) i / TICKS)));
    }
    text(LEFT + PLOT_WIDTH / 2.0, TOP + PLOT_HEIGHT + 38, "middle", xAxis);
    upright(16, TOP + PLOT_HEIGHT / 2.0, yAxis);
  }

  private void curve(Series series, int index, Range x, Range y) {
    String colour = COLOURS.get(index % COLOURS.size());
    StringBuilder points = new StringBuilder();
    for (double[] point : series.points()) {
      double px = LEFT + PLOT_WIDTH * x.share(point[0]);
      double py = TOP + PLOT_HEIGHT * (1 - y.share(point[1]));
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", px, py));
    }
    add("<polyline points='%s' fill='none' stroke='%s' stroke-width='2'/>", points, colour);
    double legend = TOP + 8 + 18.0 * index;
    line(LEFT + PLOT_WIDTH + 10, legend, LEFT + PLOT_WIDTH + 26, legend, colour);
    text(LEFT + PLOT_WIDTH + 30, legend + 4, "start", shortened(series.name()));
  }

  private void line(double x1, double y1, double x2, double y2, String colour) {
    add(
        "<line x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f' stroke='%s' stroke-width='1.5'/>",
        x1, y1, x2, y2, colour);
  }

  private void text(double x, double y, String anchor, String text) {
    add("<text x='%.1f' y='%.1f' text-anchor='%s'>%s</text>", x, y, anchor, escaped(text));
  }

  private void upright(double x, double y, String text) {
    add(
        "<text transform='translate(%.1f %.1f) rotate(-90)' text-anchor='middle'>%s</text>",
        x, y, escaped(text));
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  private String done() {
    return svg.append("</svg>\n").toString();
  }

  private static String number(double value) {
    double size = Math.abs(value);
    String format = size != 0 && (size < 0.001 || size >= 100_000) ? "%.2e" : "%.3f";
    String text = String.format(Locale.ROOT, format, value);
    return text.contains("e") ? text : text.replaceAll("\\.?0+$", "");
  }

  private static String shortened(String name) {
    return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME - 1) + "…";
  }

  /** Text that XML takes; control characters, which it takes in no form, become spaces. */
  private static String escaped(String text) {
    return text.replaceAll("\\p{Cntrl}", " ")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }

  private record Range(double low, double high) {
    static Range of(List<Series> series, int axis) {
      double low = 0;
      double high = Double.NEGATIVE_INFINITY;
      for (Series one : series) {
        for (double[] point : one.points()) {
          low = Math.min(low, point[axis]);
          high = Math.max(high, point[axis]);
        }
      }
      return new Range(low, high > low && (high > 1 || low < 0) ? high : Math.max(1, high));
    }

    double at(double share) {
      return low + share * (high - low);
    }

    double share(double value) {
      return (value - low) / (high - low);
    }
  }
}
