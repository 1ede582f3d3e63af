// Time series with uPlot: one window for all of them, colours from the style sheet.

import uPlot from "/vendor/uPlot.esm.js";
import {decimal, time} from "/format.js";

const WINDOW_S = 600;
const SHORTEST_S = 60;
const STEPS_S = [10, 15, 30, 60, 120, 180, 300, 600];
const COLOURS = ["--accent", "--second", "--third", "--fourth"];
const dark = matchMedia("(prefers-color-scheme: dark)");
const charts = new Set();

dark.addEventListener("change", () => charts.forEach(chart => chart.build()));

const colour = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** The last ten minutes, or what there is of them, but at least one minute. */
export function timeWindow(nowMs, firstSeconds) {
  const now = nowMs / 1000;
  return [Math.max(now - WINDOW_S, Math.min(firstSeconds ?? now, now - SHORTEST_S)), now];
}

export class Chart {
  /**
   * @param options series: names; height; zero: whether the y axis begins at 0; sync: key of the shared cursor;
   *     onValues: called with the values under the cursor, or with the latest
   */
  constructor(host, options) {
    this.host = host;
    this.options = options;
    this.data = [[], ...options.series.map(() => [])];
    this.window = [0, 1];
    this.marks = [];
    host.setAttribute("role", "img");
    this.build();
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(host);
    charts.add(this);
  }

  build() {
    this.plot?.destroy();
    const axis = {stroke: colour("--muted"), font: "11px system-ui, sans-serif", ticks: {show: false},
      grid: {stroke: colour("--grid"), width: 1}};
    const {sync, height, series} = this.options;
    this.plot = new uPlot({
      width: this.host.clientWidth || 300,
      height,
      legend: {show: false},
      padding: [8, 14, 0, 0],
      cursor: {y: false, drag: {x: false, y: false}, points: {size: 6},
        ...(sync ? {sync: {key: sync, setSeries: false}} : {})},
      scales: {x: {time: true, range: () => this.window}, y: {range: (_, low, high) => this.yRange(low, high)}},
      axes: [
        {...axis, size: 24, gap: 6, space: 62, grid: {show: false}, incrs: STEPS_S,
          values: (_, ticks, __, ___, step) => ticks.map(t => this.timeTick(t, step))},
        {...axis, size: 46, gap: 4, space: 28, values: (_, ticks) => ticks.map(shortTick)},
      ],
      series: [{}, ...series.map((label, i) => ({
        label, stroke: colour(COLOURS[i % COLOURS.length]), width: 1.5, points: {show: false},
        fill: series.length === 1 && this.options.zero ? colour(COLOURS[0]) + "1c" : undefined,
      }))],
      hooks: {drawClear: [() => this.drawMarks()], draw: [() => this.drawLabels()], setCursor: [() => this.report()]},
    }, this.data, this.host);
  }

  yRange(low, high) {
    if (low == null) return [0, 1];
    // The labels of alerts lie above the curve.
    if (this.options.zero) return [Math.min(0, low), high > 0 ? high * (this.options.labels ? 1.5 : 1.12) : 1];
    const pad = Math.max((high - low) * 0.12, Math.abs(high) * 0.005, 1e-6);
    return [low - pad, high + pad];
  }

  set(data, window, marks = []) {
    this.data = data;
    this.window = window;
    this.marks = marks;
    this.plot.setData(data);
    this.report();
  }

  report() {
    if (!this.plot) return;
    const hovered = this.plot.cursor.idx;
    const index = hovered ?? this.data[0].length - 1;
    const values = this.data.slice(1).map(column => column[index]);
    this.options.onValues?.(values, hovered == null ? null : this.data[0][index]);
    if (hovered == null) {
      this.host.setAttribute("aria-label",
        this.options.series.map((name, i) => `${name}: ${decimal(values[i])}`).join(", "));
    }
  }

  /** No tick so near to the right end that its label would be cut off. */
  timeTick(seconds, step) {
    const [from, to] = this.window;
    if (seconds > to - (to - from) * 0.025) return "";
    const label = time(seconds * 1000);
    return step < 60 ? label : label.slice(0, 5);
  }

  /** Alerts: a shaded stretch from raise to clear, with a line at either end. */
  drawMarks() {
    const {ctx, bbox} = this.plot;
    ctx.save();
    for (const mark of this.marks) {
      const from = this.at(mark.from);
      ctx.globalAlpha = 0.1;
      ctx.fillStyle = colour("--alert");
      ctx.fillRect(from, bbox.top, this.at(mark.to ?? this.window[1]) - from, bbox.height);
    }
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    for (const end of this.ends()) {
      ctx.strokeStyle = colour(end.colour);
      ctx.setLineDash(end.row ? [4 * devicePixelRatio, 3 * devicePixelRatio] : []);
      ctx.beginPath();
      ctx.moveTo(end.x, bbox.top);
      ctx.lineTo(end.x, bbox.top + bbox.height);
      ctx.stroke();
    }
    ctx.restore();
  }

  /** The raises and clears within the window. */
  ends() {
    const [from, to] = this.window;
    return this.marks.flatMap(({rule, from: raised, to: cleared}) => [
      {seconds: raised, words: "raised", rule, row: 0, colour: "--alert"},
      {seconds: cleared, words: "cleared", rule, row: 1, colour: "--ok"},
    ]).filter(end => end.seconds != null && end.seconds >= from && end.seconds <= to)
      .map(end => ({...end, x: this.at(end.seconds)}));
  }

  at(seconds) {
    const {left, width} = this.plot.bbox;
    return Math.min(Math.max(this.plot.valToPos(seconds, "x", true), left), left + width);
  }

  drawLabels() {
    if (!this.options.labels) return;
    const {ctx} = this.plot;
    ctx.save();
    ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textBaseline = "top";
    ctx.textAlign = "left";
    const taken = [[], []];
    this.ends().forEach(end => this.label(end, taken[end.row]));
    ctx.restore();
  }

  /** The longer of the labels that fits beside the line, right or left of it, without covering another. */
  label({x, words, rule, row, colour: name}, taken) {
    const {ctx, bbox} = this.plot;
    const ratio = devicePixelRatio;
    const gap = 5 * ratio;
    const free = (from, to) => from >= bbox.left && to <= bbox.left + bbox.width
      && taken.every(([start, end]) => to < start || from > end);
    for (const label of [`${rule} ${words}`, words]) {
      const width = ctx.measureText(label).width;
      const from = [x + gap, x - gap - width].find(start => free(start, start + width));
      if (from !== undefined) {
        taken.push([from - gap, from + width + gap]);
        const top = bbox.top + (2 + row * 16) * ratio;
        ctx.fillStyle = colour("--card");
        ctx.fillRect(from - 2 * ratio, top, width + 4 * ratio, 14 * ratio);
        ctx.fillStyle = colour(name);
        ctx.fillText(label, from, top + 2 * ratio);
        return;
      }
    }
  }

  fit() {
    const width = this.host.clientWidth;
    if (width > 0 && width !== this.plot.width) this.plot.setSize({width, height: this.options.height});
  }

  destroy() {
    charts.delete(this);
    this.observer.disconnect();
    this.plot.destroy();
    this.plot = null;
    this.host.removeAttribute("role");
    this.host.removeAttribute("aria-label");
  }
}

function shortTick(value) {
  const size = Math.abs(value);
  if (size >= 1e6) return +(value / 1e6).toPrecision(3) + " M";
  if (size >= 1e4) return +(value / 1e3).toPrecision(3) + " k";
  return String(+value.toPrecision(6));
}
