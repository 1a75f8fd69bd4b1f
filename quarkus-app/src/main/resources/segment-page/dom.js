/** Creates an element. Properties that begin with "on" are listeners; null and false are left out. */
export function h(tag, props = {}, ...children) {
  const svg = ["svg", "rect", "path", "line", "g", "title"].includes(tag);
  const element = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces all that an element has. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Gets JSON, or sends some and gets the answer; throws an Error that people can read. */
export async function call(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, { cache: "no-store", ...options });
  let json = {};
  try {
    json = await answer.json();
  } catch {
    // an answer without JSON has its status alone
  }
  if (!answer.ok) throw new Error(json.message ?? `the app answers ${answer.status}`);
  return json;
}

export const STATES = {
  received: "Received",
  waiting: "Waiting",
  retrying: "Retrying",
  delivered: "Delivered",
  "delivered before": "Delivered before",
  filtered: "Filtered",
  "left out": "Left out",
  unmapped: "Unmapped",
  duplicate: "Duplicate",
  failed: "Failed",
  rejected: "Rejected",
  refused: "Refused",
};

/** A word for a state, in its colour; the word alone has the meaning. */
export function pill(state, text = STATES[state] ?? state) {
  return h("span", { class: "pill", "data-state": state }, text);
}

export function time(iso) {
  const at = new Date(iso);
  return h("time", { datetime: iso, title: at.toLocaleString() }, at.toLocaleTimeString([], { hour12: false }));
}

export const number = (value) => Number(value).toLocaleString("en");

export function bytes(value) {
  if (value < 1024) return `${value} B`;
  return value < 1048576 ? `${(value / 1024).toFixed(1)} KB` : `${(value / 1048576).toFixed(1)} MB`;
}

export function duration(ms) {
  if (ms < 1000) return `${ms} ms`;
  return ms < 120000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60000)} min`;
}

/** A list of terms; those without a value are left out. */
export function facts(pairs) {
  return h(
    "dl",
    { class: "facts" },
    pairs.filter(([, value]) => value !== null && value !== undefined && value !== "").map(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]).flat(),
  );
}

export function empty(title, ...text) {
  return h("div", { class: "empty" }, h("h2", {}, title), ...text);
}

export function copyButton(text, what) {
  const button = h("button", {
    type: "button",
    class: "quiet",
    "aria-label": `Copy ${what}`,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
        button.textContent = "Copied";
      } catch {
        button.textContent = "Not copied";
      }
      setTimeout(() => (button.textContent = "Copy"), 1500);
    },
  }, "Copy");
  return button;
}
