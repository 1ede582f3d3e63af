// The picked device: its signals and its scores over one time axis, with its alerts marked on them.

import {Chart, timeWindow} from "/charts.js";
import {decimal, element, signalName, time} from "/format.js";

const WINDOW_MS = 600_000;
const byId = id => document.getElementById(id);

export class DevicePanel {
  #signalNames = [];
  #scoreNames = [];
  #signals = [[]];
  #scores = [[]];
  #signalCharts = [];
  #scoreChart = null;

  pick(id) {
    this.#clear();
    byId("device-title").textContent = id || "No device picked";
    byId("device-empty").hidden = false;
    byId("device-empty").textContent = id ? "Waiting for this device." : "Pick a device to see its signals and its score.";
    byId("device-charts").hidden = true;
    byId("quality").hidden = true;
    byId("scores").replaceChildren();
  }

  unknown() {
    byId("device-empty").hidden = false;
    byId("device-empty").textContent = "This device has not been seen lately.";
  }

  update(slice, signalNames, nowMs) {
    if (slice.reset) this.#rebuild(slice, signalNames);
    byId("device-empty").hidden = true;
    this.#signals = merge(this.#signals, slice.signals, nowMs);
    this.#scores = merge(this.#scores, slice.scores, nowMs);
    const first = Math.min(this.#signals[0][0] ?? Infinity, this.#scores[0][0] ?? Infinity);
    const window = timeWindow(nowMs, Number.isFinite(first) ? first : null);
    const marks = stretches(slice.transitions);
    this.#signalCharts.forEach((chart, i) => chart.set([this.#signals[0], this.#signals[i + 1]], window, marks));
    this.#scoreChart?.set(this.#scores, window, marks);
    byId("score-empty").hidden = this.#scores[0].length > 0;
    this.#head(slice);
  }

  #head(slice) {
    const quality = byId("quality");
    quality.hidden = !slice.quality;
    quality.dataset.kind = slice.quality === "OK" ? "ok" : "wait";
    quality.textContent = slice.quality === "OK" ? "quality OK" : `${slice.quality.toLowerCase()}: ${slice.reason ?? "no reason given"}`;
  }

  #rebuild(slice, signalNames) {
    this.#clear();
    byId("device-charts").hidden = false;
    this.#signalNames = signalNames;
    this.#scoreNames = slice.scoreNames;
    byId("score-names").replaceChildren(...slice.scoreNames.map((name, i) =>
      element("span", {className: `key ${["first", "second", "third", "fourth"][i % 4]}`, textContent: name})));
    this.#signals = [[], ...signalNames.map(() => [])];
    this.#scores = [[], ...slice.scoreNames.map(() => [])];
    this.#signalCharts = signalNames.map(pointer => signalChart(signalName(pointer)));
    if (slice.scoreNames.length) {
      this.#scoreChart = new Chart(byId("score-chart"), {
        series: slice.scoreNames, height: 180, zero: true, sync: "device", labels: true,
        onValues: (values, at) => this.#showScores(values, at),
      });
    }
  }

  #showScores(values, at) {
    byId("scores").replaceChildren(...this.#scoreNames.flatMap((name, i) => [
      element("small", {textContent: `${name} `}),
      element("b", {className: "score-value", textContent: decimal(values[i])}), " "]),
      ...(at == null ? [] : [element("small", {textContent: `at ${time(at * 1000)}`})]));
  }

  #clear() {
    this.#signalCharts.forEach(chart => chart.destroy());
    this.#scoreChart?.destroy();
    this.#signalCharts = [];
    this.#scoreChart = null;
    byId("signals").replaceChildren();
  }
}

function signalChart(name) {
  const value = element("b", {});
  const host = element("div", {className: "chart"});
  byId("signals").append(element("div", {className: "signal"},
    element("div", {className: "signal-head"}, element("span", {textContent: name}), value), host));
  return new Chart(host, {series: [name], height: 104, sync: "device",
    onValues: ([latest]) => { value.textContent = decimal(latest); }});
}

/** Appends the new points, in order of time though they may arrive out of it, and lets go of the old ones. */
function merge(columns, points, nowMs) {
  if (!points.t.length && columns[0].length === 0) return columns;
  const times = columns[0].concat(points.t.map(t => t / 1000));
  const values = columns.slice(1).map((column, i) => column.concat(points.v[i]));
  const oldest = (nowMs - WINDOW_MS) / 1000;
  const order = [...times.keys()];
  const kept = order.filter(i => times[i] >= oldest).sort((a, b) => times[a] - times[b]);
  return [times, ...values].map(column => kept.map(i => column[i]));
}

/** Raises and clears of each rule as stretches of time, in seconds. */
function stretches(transitions) {
  const open = new Map();
  const found = [];
  for (const {rule, firing, time: at} of transitions) {
    if (firing && !open.has(rule)) {
      const stretch = {rule, from: at / 1000, to: null};
      open.set(rule, stretch);
      found.push(stretch);
    } else if (!firing && open.has(rule)) {
      open.get(rule).to = at / 1000;
      open.delete(rule);
    }
  }
  return found;
}
