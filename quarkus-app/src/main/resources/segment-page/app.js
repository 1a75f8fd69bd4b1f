import { h, fill } from "./dom.js";
import { live } from "./live.js";
import { delivery } from "./delivery.js";
import { setup } from "./setup.js";

const MOST = 600;
const VIEWS = { live, delivery, setup };
const TITLES = { live: "Live events", delivery: "Delivery", setup: "Set up" };

/** All events that the page knows, by id, and who hears of changes. */
export const store = {
  events: new Map(),
  left: 0,
  listeners: new Set(),
  all() {
    return [...this.events.values()].sort((a, b) => b.id - a.id);
  },
  byMessageId(messageId) {
    return this.all().find((event) => event.messageId === messageId);
  },
  take(events, left) {
    for (const event of events) this.events.set(event.id, event);
    this.left += left;
    if (this.events.size > MOST) {
      for (const event of this.all().slice(MOST)) this.events.delete(event.id);
    }
    this.listeners.forEach((listener) => listener(events));
  },
};

function link(state, text) {
  const element = document.getElementById("link");
  if (element.dataset.state !== state) {
    element.dataset.state = state;
    element.querySelector(".link-text").textContent = text;
  }
}

function connect() {
  const stream = new EventSource("api/stream");
  stream.addEventListener("open", () => link("on", "Listening"));
  stream.addEventListener("error", () => {
    link("off", "Not connected");
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
  stream.addEventListener("snapshot", (message) => {
    const data = JSON.parse(message.data);
    store.events.clear();
    store.take(data.events, 0);
  });
  stream.addEventListener("events", (message) => {
    const data = JSON.parse(message.data);
    store.take(data.events, data.left);
  });
}

let leave = null;

function show() {
  const [name, argument] = location.hash.slice(1).split("/");
  const view = VIEWS[name] ? name : "live";
  const main = document.getElementById("main");
  if (leave?.view === view && leave.go) {
    leave.go(argument);
    return;
  }
  leave?.end?.();
  document.title = `${TITLES[view]} · camel-segment`;
  document.querySelectorAll("nav a").forEach((a) => {
    if (a.dataset.view === view) a.setAttribute("aria-current", "page");
    else a.removeAttribute("aria-current");
  });
  const page = h("div", { class: `view ${view}` });
  fill(main, page);
  leave = { view, ...VIEWS[view](page, store, argument) };
}

window.addEventListener("hashchange", show);
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});
connect();
show();
