// The page: one stream of server-sent events, and where each of its events goes.

import {Chart, timeWindow} from "/charts.js";
import {DevicePanel} from "/device.js";
import {DevicePicker} from "/devices.js";
import {number, rate, time} from "/format.js";
import {AlertTable, showDeadLetters} from "/tables.js";

const SILENCE_MS = 5_000;
const RETRY_MS = 3_000;
const WINDOW_S = 600;
const byId = id => document.getElementById(id);
const text = (id, value) => { byId(id).textContent = value; };

let picked = new URLSearchParams(location.hash.slice(1)).get("device") ?? "";
let source = null;
let heardAt = performance.now();
let stats = {signals: [], now: 0};
let seconds = [];

const throughput = new Chart(byId("throughput-chart"), {series: ["scored"], height: 190, zero: true, sync: "pipeline"});
const latency = new Chart(byId("latency-chart"), {series: ["median", "99 %"], height: 190, zero: true, sync: "pipeline"});
const panel = new DevicePanel();
const picker = new DevicePicker(pick);
const alerts = new AlertTable(id => {
  pick(id);
  byId("device-title").scrollIntoView({block: "nearest"});
});

function pick(id) {
  picked = id;
  history.replaceState(null, "", `#device=${encodeURIComponent(id)}`);
  picker.picked(id);
  panel.pick(id);
  connect();
}

function connect() {
  source?.close();
  source = new EventSource(`/events?device=${encodeURIComponent(picked)}`);
  heardAt = performance.now();
  const on = (name, then) => source.addEventListener(name, event => {
    heardAt = performance.now();
    then(JSON.parse(event.data));
  });
  source.addEventListener("open", () => { seconds = []; });
  source.addEventListener("error", lost);
  on("stats", showStats);
  on("device", slice => slice.id === picked && panel.update(slice, stats.signals, stats.now));
  on("unknown-device", ({id}) => id === picked && panel.unknown());
  on("devices", rows => {
    picker.update(rows);
    if (!picked && picker.firstId) pick(picker.firstId);
  });
  on("alerts", rows => alerts.update(rows));
  on("dead-letters", showDeadLetters);
}

function lost() {
  banner("The connection to Millrace is lost. Trying again; what you see is old.");
}

/** EventSource comes back by itself from most failures; a refusal or a silent connection needs a push. */
setInterval(() => {
  if (performance.now() - heardAt > SILENCE_MS) {
    lost();
    connect();
  }
}, RETRY_MS);

function banner(message) {
  const element = byId("banner");
  if (element.textContent !== message) element.textContent = message;
  element.hidden = !message;
}

function showStats({stats: now, readiness}) {
  stats = now;
  banner(now.problem ?? "");
  document.title = `${now.firing ? `(${now.firing}) ` : ""}${now.pipeline} · Millrace`;
  text("pipeline", now.pipeline);
  text("provider", now.provider && `runs on ${now.provider}`);
  text("clock", time(now.now));
  byId("readiness").dataset.kind = readiness.ready ? "ok" : "wait";
  text("readiness", readiness.ready ? "ready" : `not ready: ${readiness.reason}`);
  byId("sampling").hidden = !now.sampling;
  byId("sampling").title = `${number(now.sampled)} records counted but not looked into, ${number(now.skipped)} skipped: there are more than this page can show`;
  text("per-second", rate(now.perSecond));
  text("p50", number(now.p50));
  text("p99", number(now.p99));
  text("scored", number(now.predictions));
  text("insufficient", now.insufficient ? `${number(now.insufficient)} without a score` : "since start");
  text("firing", number(now.firing));
  byId("alerts-figure").dataset.firing = now.firing > 0;
  text("dead-letters", number(now.deadLetters));
  text("device-count", now.truncated ? `${number(now.devices)} of more` : now.devices ? number(now.devices) : "");
  showSeconds(now);
}

function showSeconds(now) {
  if (!now.seconds.length && seconds.length) return;
  seconds = seconds.concat(now.seconds).slice(-WINDOW_S);
  const t = seconds.map(second => second.t);
  const window = timeWindow(now.now, t[0]);
  throughput.set([t, seconds.map(second => second.predictions)], window);
  latency.set([t, seconds.map(second => second.p50), seconds.map(second => second.p99)], window);
}

panel.pick(picked);
picker.picked(picked);
connect();
