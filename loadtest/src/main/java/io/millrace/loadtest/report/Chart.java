package io.millrace.loadtest.report;

import java.util.List;
import java.util.Locale;

/**
 * A line chart as inline SVG, which scales, prints and follows the page's colours without any script.
 *
 * @param title above it
 * @param unit of the values
 * @param ticks labels below it, from left to right at equal distances
 * @param series lines, each over the same x values
 * @param marks moments at which something was done
 */
public record Chart(String title, String unit, List<String> ticks, List<Series> series, List<Mark> marks) {

    private static final int WIDTH = 720;
    private static final int HEIGHT = 240;
    private static final int LEFT = 64;
    private static final int TOP = 12;
    private static final int BOTTOM = 28;

    /** One line. */
    public record Series(String name, List<Point> points) {}

    /**
     * A vertical line with a word to it.
     *
     * @param x from 0 at the left to 1 at the right
     */
    public record Mark(double x, String label) {}

    /**
     * A point of a line.
     *
     * @param x from 0 at the left to 1 at the right
     * @param y in the chart's unit, not below 0
     */
    public record Point(double x, double y) {}

    /** The figure with its caption and legend. */
    public String svg() {
        double top = top();
        StringBuilder svg = new StringBuilder("<figure><figcaption>").append(title);
        for (int i = 0; i < series.size(); i++) {
            svg.append(" <span class=\"key s")
                    .append(i)
                    .append("\">")
                    .append(series.get(i).name())
                    .append("</span>");
        }
        svg.append("</figcaption><svg viewBox=\"0 0 ").append(WIDTH).append(' ').append(HEIGHT);
        svg.append("\" role=\"img\" aria-label=\"").append(title).append("\">");
        for (int i = 0; i <= 4; i++) {
            grid(svg, top * i / 4, top);
        }
        for (int i = 0; i < ticks.size(); i++) {
            double x = x(ticks.size() == 1 ? 0 : (double) i / (ticks.size() - 1));
            text(svg, x, HEIGHT - 8.0, "middle", ticks.get(i));
        }
        for (int i = 0; i < marks.size(); i++) {
            mark(svg, marks.get(i), i);
        }
        for (int i = 0; i < series.size(); i++) {
            line(svg, i, series.get(i), top);
        }
        return svg.append("</svg></figure>\n").toString();
    }

    /** The least of 1, 2 or 5 times a power of ten that is no less than every value. */
    private double top() {
        double most = 1e-9;
        for (Series one : series) {
            for (Point point : one.points()) {
                most = Math.max(most, point.y());
            }
        }
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        double lead = most / power;
        return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
    }

    private void grid(StringBuilder svg, double value, double top) {
        double y = y(value, top);
        svg.append(String.format(
                Locale.ROOT, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH, y, y));
        text(svg, LEFT - 6.0, y + 4, "end", label(value) + (value == top ? " " + unit : ""));
    }

    /** Labels of neighbours stand on different heights, so that they do not cover each other. */
    private static void mark(StringBuilder svg, Mark mark, int index) {
        double x = x(mark.x());
        double y = TOP + 12.0 + index % 4 * 14;
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                x,
                x,
                TOP,
                HEIGHT - BOTTOM));
        boolean right = mark.x() < 0.8;
        text(svg, x + (right ? 4 : -4), y, right ? "start" : "end", mark.label());
    }

    private static void line(StringBuilder svg, int index, Series one, double top) {
        svg.append("<polyline class=\"s").append(index).append("\" points=\"");
        for (Point point : one.points()) {
            svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point.x()), y(point.y(), top)));
        }
        svg.append("\"/>");
    }

    private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>", x, y, anchor, text));
    }

    private static double x(double share) {
        return LEFT + 8 + share * (WIDTH - LEFT - 24);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
    }

    private static String label(double value) {
        if (value >= 1e6) {
            return String.format(Locale.ROOT, "%.4gM", value / 1e6).replaceAll("\\.?0+M", "M");
        }
        if (value >= 1e4) {
            return String.format(Locale.ROOT, "%.0fk", value / 1e3);
        }
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3g", value);
    }
}
