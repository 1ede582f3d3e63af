// The list of devices: a list box that the keyboard reaches, and a search.

import {decimal, element} from "/format.js";

const list = document.getElementById("devices");
const search = document.getElementById("search");
const empty = document.getElementById("devices-empty");

export class DevicePicker {
  #onPick;
  #picked = "";
  #active = "";
  #items = new Map();
  #rows = [];
  #asking = false;

  constructor(onPick) {
    this.#onPick = onPick;
    list.addEventListener("click", event => this.#pickItem(event.target.closest("li")));
    list.addEventListener("keydown", event => this.#key(event));
    list.addEventListener("focus", () => this.#setActive(this.#picked || this.#rows[0]?.id));
    search.addEventListener("input", () => this.#ask());
    search.addEventListener("keydown", event => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        list.focus();
        this.#setActive(this.#rows[0]?.id);
      } else if (event.key === "Enter" && this.#rows.length) {
        this.#onPick(this.#rows[0].id);
      }
    });
  }

  get firstId() {
    return this.#rows[0]?.id;
  }

  picked(id) {
    this.#picked = id;
    this.#items.forEach((item, key) => item.setAttribute("aria-selected", key === id));
  }

  /** Rows as the stream brings them: right only where nothing is searched for. */
  update(rows) {
    if (search.value.trim()) this.#ask();
    else this.#show(rows);
  }

  async #ask() {
    if (this.#asking) return;
    this.#asking = true;
    const wanted = search.value.trim();
    try {
      const answer = await fetch(`/api/devices?q=${encodeURIComponent(wanted)}`);
      if (answer.ok) this.#show(await answer.json());
    } catch {
      // The connection's loss is told by the stream; the next tick asks again.
    } finally {
      this.#asking = false;
    }
    if (search.value.trim() !== wanted) this.#ask();
  }

  #show(rows) {
    this.#rows = rows;
    const items = new Map();
    for (const row of rows) {
      const item = this.#items.get(row.id) ?? this.#item(row.id);
      const [, flag, score] = item.children;
      flag.textContent = row.firing ? `▲ ${row.firing}` : "";
      flag.title = row.firing ? `${row.firing} firing` : "";
      score.textContent = row.quality === "OK" ? decimal(row.score) : row.quality ? "no score" : "";
      items.set(row.id, item);
    }
    this.#items = items;
    const wanted = [...items.values()];
    if (wanted.length !== list.children.length || wanted.some((item, i) => item !== list.children[i])) {
      list.replaceChildren(...wanted);
    }
    list.hidden = rows.length === 0;
    empty.hidden = rows.length > 0;
    empty.textContent = search.value.trim() ? "No device seen lately has this in its id."
      : "No device seen yet. Devices appear with their first event.";
  }

  #item(id) {
    const item = element("li", {id: `device-${id}`, role: "option"},
      element("span", {className: "name", textContent: id, title: id}),
      element("span", {className: "flag"}),
      element("span", {className: "score"}));
    item.dataset.id = id;
    item.setAttribute("aria-selected", id === this.#picked);
    return item;
  }

  #pickItem(item) {
    if (item) this.#onPick(item.dataset.id);
  }

  #setActive(id) {
    this.#items.get(this.#active)?.classList.remove("active");
    const item = this.#items.get(id);
    this.#active = item ? id : "";
    if (item) {
      item.classList.add("active");
      list.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({block: "nearest"});
    } else {
      list.removeAttribute("aria-activedescendant");
    }
  }

  #key(event) {
    const ids = this.#rows.map(row => row.id);
    const at = ids.indexOf(this.#active);
    const target = {ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: ids.length - 1,
      PageDown: at + 10, PageUp: at - 10}[event.key];
    if (target !== undefined && ids.length) {
      event.preventDefault();
      this.#setActive(ids[Math.min(Math.max(target, 0), ids.length - 1)]);
    } else if ((event.key === "Enter" || event.key === " ") && this.#active) {
      event.preventDefault();
      this.#onPick(this.#active);
    }
  }
}
