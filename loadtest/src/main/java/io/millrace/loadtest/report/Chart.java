package io.millrace.loadtest.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A line chart as inline SVG, which scales, prints and follows the page's colours without any script.
 *
 * @param title above it
 * @param unit of the values; may be empty
 * @param ticks labels below it, from left to right at equal distances
 * @param series lines, each over the same x values
 * @param marks moments at which something was done
 */
public record Chart(String title, String unit, List<String> ticks, List<Series> series, List<Mark> marks) {

    private static final int WIDTH = 480;
    private static final int HEIGHT = 180;
    private static final int LEFT = 58;
    private static final int TOP = 10;
    private static final int BOTTOM = 22;
    /** Between the labels of marks, of which as many stand below each other. */
    private static final int LINE = 15;

    private static final int LINES = 4;
    private static final int DIGITS = 4;
    /** Of the highest value shown: each a multiple of four that is short to write. */
    private static final double[] LEADS = {1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10};

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
        if (!unit.isEmpty()) {
            svg.append(" <span class=\"unit\">").append(unit).append("</span>");
        }
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
            text(svg, x, HEIGHT - 6.0, i > 0 && i == ticks.size() - 1 ? "end" : "middle", ticks.get(i));
        }
        marks.forEach(mark -> mark(svg, mark));
        for (int i = 0; i < series.size(); i++) {
            line(svg, i, series.get(i), top);
        }
        for (int i = 0; i < marks.size(); i++) {
            label(svg, marks.get(i), i); // over the lines
        }
        return svg.append("</svg></figure>\n").toString();
    }

    /** No less than every value, and short to write. */
    private double top() {
        double most = 1e-9;
        for (Series one : series) {
            for (Point point : one.points()) {
                most = Math.max(most, point.y());
            }
        }
        double power = Math.pow(10, Math.floor(Math.log10(most)));
        double lead = most / power;
        return power
                * Arrays.stream(LEADS).filter(one -> one >= lead).findFirst().orElse(10);
    }

    private void grid(StringBuilder svg, double value, double top) {
        double y = y(value, top);
        svg.append(String.format(
                Locale.ROOT, "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>", LEFT, WIDTH, y, y));
        text(svg, LEFT - 4.0, y + 4, "end", label(value, top));
    }

    private static void mark(StringBuilder svg, Mark mark) {
        double x = x(mark.x());
        svg.append(String.format(
                Locale.ROOT,
                "<line class=\"mark\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>",
                x,
                x,
                TOP,
                HEIGHT - BOTTOM));
    }

    /** Labels of neighbours stand on different heights, so that they do not cover each other. */
    private static void label(StringBuilder svg, Mark mark, int index) {
        boolean right = mark.x() < 0.7;
        double y = TOP + 11.0 + index % LINES * LINE;
        text(svg, x(mark.x()) + (right ? 3 : -3), y, right ? "start" : "end", mark.label());
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
        return LEFT + 5 + share * (WIDTH - LEFT - 16);
    }

    private static double y(double value, double top) {
        return HEIGHT - BOTTOM - value / top * (HEIGHT - BOTTOM - TOP);
    }

    /** All of an axis in the same unit, as short as they can be. */
    private static String label(double value, double top) {
        double unit = top >= 1e6 ? 1e6 : top >= 1e4 ? 1e3 : 1;
        String number = BigDecimal.valueOf(value / unit)
                .round(new MathContext(DIGITS))
                .stripTrailingZeros()
                .toPlainString();
        return number + (value == 0 || unit == 1 ? "" : unit == 1e3 ? "k" : "M");
    }
}
