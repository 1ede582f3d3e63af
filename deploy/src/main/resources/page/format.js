// Numbers and times as the page writes them.

const count = new Intl.NumberFormat("en");
const clock = new Intl.DateTimeFormat("en-GB", {hour: "2-digit", minute: "2-digit", second: "2-digit"});

export const NONE = "–";

export const number = value => value == null ? NONE : count.format(Math.round(value));

/** Three significant digits or so, without jumping between notations while a value moves. */
export function decimal(value) {
  if (value == null) return NONE;
  const size = Math.abs(value);
  if (size >= 1000) return count.format(Math.round(value));
  return value.toFixed(size >= 100 ? 1 : size >= 10 ? 2 : 3);
}

export const rate = value => value == null ? NONE : value < 100 ? value.toFixed(1) : number(value);

export const time = ms => ms ? clock.format(ms) : NONE;

/** "/motor/current" reads as "motor current". */
export const signalName = pointer => pointer.replace(/^\//, "").replaceAll("/", " ").replaceAll("~1", "/").replaceAll("~0", "~");

/** An element with text or children; never markup, since ids and details are other people's words. */
export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
