// The two tables: alerts and dead letters.

import {decimal, element, time} from "/format.js";

const alertRows = document.querySelector("#alerts tbody");
const deadRows = document.querySelector("#dead tbody");
const announce = document.getElementById("announce");

const cell = (text, className = "") => element("td", {textContent: text, className});

export class AlertTable {
  #onPick;
  #firing = null;

  constructor(onPick) {
    this.#onPick = onPick;
    alertRows.addEventListener("click", event => {
      const row = event.target.closest("tr");
      if (row?.dataset.device) this.#onPick(row.dataset.device);
    });
  }

  update(alerts) {
    const focused = document.activeElement?.dataset.key;
    const firing = new Set(alerts.filter(alert => alert.firing).map(keyOf));
    const fresh = this.#firing === null ? [] : alerts.filter(a => a.firing && !this.#firing.has(keyOf(a)));
    this.#firing = firing;
    const freshKeys = new Set(fresh.map(keyOf));
    alertRows.replaceChildren(...alerts.map(alert => alertRow(alert, freshKeys.has(keyOf(alert)))));
    document.getElementById("alerts").hidden = alerts.length === 0;
    document.getElementById("alerts-empty").hidden = alerts.length > 0;
    if (focused) alertRows.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    if (fresh.length) {
      announce.textContent = fresh.slice(0, 3).map(a => `${a.severity} alert: ${a.device}, ${a.rule}`).join("; ")
        + (fresh.length > 3 ? `; and ${fresh.length - 3} more` : "");
    }
  }
}

/** States that the severity alone does not tell. */
const SHOWN = {STALE: "stale", FLAPPING: "flapping", RECOVERING: "recovering", PENDING: "pending"};

const keyOf = alert => `${alert.device}/${alert.rule}`;

function alertRow(alert, fresh) {
  const state = alert.firing ? "FIRING" : "RESOLVED";
  const storm = alert.rule.startsWith("@");
  const button = element("button", {type: "button", className: "link", textContent: alert.device});
  button.dataset.key = keyOf(alert);
  const pill = element("span", {className: "pill", textContent: alert.firing ? alert.severity || "firing" : "resolved"});
  if (alert.firing) pill.dataset.kind = alert.state === "STALE" ? "wait" : "alert";
  const notes = element("td", {className: "notes"}, pill);
  for (const note of [SHOWN[alert.state], alert.note]) {
    if (note) notes.append(element("span", {className: "note", textContent: note}));
  }
  const row = element("tr", {className: fresh ? "new" : "", title: `${alert.state || state} · model ${alert.model || "unknown"}`},
    notes, element("td", {}, storm ? alert.device || "all devices" : button), cell(alert.rule.replace(/^@+/, "")), cell(decimal(alert.value), "num"),
    cell(alert.firing ? time(alert.since) : `${time(alert.since)} – ${time(alert.time)}`, "num"));
  Object.assign(row.dataset, storm ? {state, storm} : {state, device: alert.device});
  return row;
}

export function showDeadLetters(letters) {
  deadRows.replaceChildren(...letters.map(letter => element("tr", {},
    cell(time(letter.time)), cell(letter.stage), cell(letter.reason), cell(letter.field, "code"),
    cell(letter.detail, "wrap"), cell(letter.device, "code"), cell(letter.source, "code"))));
  document.getElementById("dead").hidden = letters.length === 0;
  document.getElementById("dead-empty").hidden = letters.length > 0;
}
