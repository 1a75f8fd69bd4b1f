import { h, fill, call, pill, time, facts, empty, copyButton, STATES, number } from "./dom.js";
import { single, sideBySide } from "./json.js";

const MOST_ROWS = 200;
const TYPES = ["track", "identify", "page", "screen", "group", "alias"];
const filters = { text: "", source: "", type: "", state: "" };
/** In the browser's storage: "off" when keys without Ctrl, Alt or Meta do nothing. */
const KEYS = "segment-keys";

/** The browser's storage; null where the user has blocked it. */
function storage() {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

function title(event) {
  if (event.name) return event.name;
  if (event.type) return event.type[0].toUpperCase() + event.type.slice(1);
  return event.state === "refused" ? `Request: ${event.call ?? "unknown"}` : "Event";
}

function select(label, name, options, changed) {
  const element = h("select", { "aria-label": label, onchange: () => { filters[name] = element.value; changed(); } });
  fill(element, h("option", { value: "" }, label), options.map(([value, text]) => h("option", { value }, text)));
  element.value = filters[name];
  return element;
}

function fits(event) {
  const text = filters.text.toLowerCase();
  return (!filters.source || event.source === filters.source)
    && (!filters.type || event.type === filters.type)
    && (!filters.state || event.state === filters.state)
    && (!text || [event.name, event.user, event.messageId, event.type, event.source, event.code].some((one) => one?.toLowerCase().includes(text)));
}

/** Shows the events as they come, and one of them in full. */
export function live(page, store, argument) {
  let paused = false;
  let shown = [];
  let selected = argument ? Number(argument) : null;
  let scheduled = false;

  const list = h("ol", { class: "events", "aria-label": "Events, the newest first" });
  const detail = h("section", { class: "detail", "aria-label": "Event" });
  const count = h("p", { class: "count" }); // no live region: it would speak all the time
  const search = h("input", {
    type: "search", placeholder: "Name, user or message ID", "aria-label": "Filter by name, user or message ID", value: filters.text,
    oninput: () => { filters.text = search.value; draw(); },
  });
  const pause = h("button", { type: "button", "aria-pressed": "false", onclick: () => setPaused(!paused) }, "Pause");
  const sources = select("All sources", "source", [], draw);
  const columns = h("div", { class: "columns" }, list, detail);

  fill(
    page,
    h("h1", { class: "hidden" }, "Live events"),
    h("div", { class: "tools", role: "search" }, pause, search,
      sources,
      select("All types", "type", TYPES.map((type) => [type, type]), draw),
      select("All states", "state", Object.entries(STATES).filter(([state]) => state !== "delivered before"), draw),
      count),
    columns,
  );

  function setPaused(now) {
    paused = now;
    pause.setAttribute("aria-pressed", String(paused));
    pause.textContent = paused ? "Resume" : "Pause";
    draw();
  }

  function drawSources() {
    const names = [...new Set([...store.events.values()].map((event) => event.source).filter(Boolean))].sort();
    const known = [...sources.options].slice(1).map((option) => option.value);
    if (names.join("\n") !== known.join("\n")) {
      fill(sources, h("option", { value: "" }, "All sources"), names.map((name) => h("option", { value: name }, name)));
      sources.value = names.includes(filters.source) ? filters.source : "";
    }
  }

  function row(event) {
    return h(
      "li", {},
      h("a", { href: `#live/${event.id}`, class: "event", "data-id": event.id, "aria-current": event.id === selected ? "true" : null },
        pill(event.state),
        h("span", { class: "name" }, title(event), event.type && event.name ? h("span", { class: "type" }, event.type) : null),
        h("span", { class: "who" }, event.user ?? event.code ?? ""),
        h("span", { class: "from" }, event.source ?? "unknown source"),
        time(event.at)),
    );
  }

  function draw() {
    scheduled = false;
    drawSources();
    const all = paused ? shown : store.all();
    if (!paused) shown = all;
    const fitting = all.filter(fits);
    const rows = fitting.slice(0, MOST_ROWS);
    const focused = document.activeElement?.dataset?.id;
    fill(list, rows.map(row));
    if (focused) list.querySelector(`[data-id="${focused}"]`)?.focus({ preventScroll: true });
    list.hidden = rows.length === 0;
    columns.classList.toggle("nothing", rows.length === 0);
    const waiting = paused ? store.all().filter((event) => !shown.includes(event) && !shown.some((one) => one.id === event.id)).length : 0;
    count.textContent = paused
      ? `Paused · ${number(waiting)} new`
      : `${number(fitting.length)} ${fitting.length === 1 ? "event" : "events"}${store.left ? ` · ${number(store.left)} more came too fast to show` : ""}`;
    if (rows.length === 0 && selected === null) drawNothing(all.length > 0);
    else if (rows.length > 0 && selected === null) drawHint();
  }

  function drawNothing(filtered) {
    fill(detail, filtered
      ? empty("No event fits", h("p", {}, "Change the filters, or send an event that fits them."),
        h("button", { type: "button", onclick: () => { Object.keys(filters).forEach((name) => (filters[name] = "")); location.hash = "#live"; search.value = ""; page.querySelectorAll(".tools select").forEach((one) => (one.value = "")); draw(); } }, "Clear filters"))
      : empty("Listening for events",
        h("p", {}, "Events show here as they come, from the moment that this page is open. The last 100 that were refused or failed are kept even when it is not."),
        h("p", {}, h("a", { href: "#setup", class: "button" }, "Send a test event")),
        h("p", {}, "Or from a shell, with the write key of a source:"), command()));
  }

  function command() {
    const line = h("pre", { class: "command", tabindex: "0", "aria-label": "Command that sends an event" });
    call("api/setup").then((all) => {
      line.textContent = `curl -u '<write key>:' ${location.protocol}//${location.hostname}:${all.port}${all.basePath}/track \\\n  -d '{"userId":"user_1","event":"User Registered"}'`;
    }).catch(() => line.remove());
    return line;
  }

  function drawHint() {
    fill(detail, empty("Pick an event", h("p", {}, "See it as received beside as delivered, why it goes where it goes, and what became of it at each stream."),
      h("p", { class: "keys" }, h("kbd", {}, "j"), " ", h("kbd", {}, "k"), " next and previous · ", h("kbd", {}, "/"), " filter · ", h("kbd", {}, "p"), " pause · ", h("kbd", {}, "Esc"), " close"),
      h("p", { class: "keys" }, h("label", {},
        h("input", { type: "checkbox", checked: storage()?.getItem(KEYS) !== "off", onchange: (event) => storage()?.setItem(KEYS, event.target.checked ? "on" : "off") }),
        " Shortcuts of a single key"))));
  }

  async function open(id) {
    selected = id;
    columns.classList.toggle("open", id !== null);
    list.querySelectorAll(".event").forEach((one) => {
      if (Number(one.dataset.id) === id) one.setAttribute("aria-current", "true");
      else one.removeAttribute("aria-current");
    });
    if (id === null) {
      draw();
      return;
    }
    try {
      const event = await call(`api/events/${id}`);
      if (selected === id) drawEvent(event);
    } catch (failure) {
      if (selected === id) fill(detail, back(), empty("Gone", h("p", {}, "Newer events have taken its place, or the app was started anew."), h("p", {}, String(failure.message))));
    }
  }

  const back = () => h("a", { href: "#live", class: "back" }, "Back to events");

  function drawEvent(event) {
    const scrolled = detail.dataset.id === String(event.id) ? detail.scrollTop : 0;
    detail.dataset.id = event.id;
    const sent = event.fates.filter((fate) => fate.sent);
    fill(
      detail,
      back(),
      h("div", { class: "head" }, h("h2", {}, title(event)), pill(event.state)),
      facts([
        ["Received", time(event.at)],
        ["Source", event.source],
        ["Type", event.type],
        ["User", event.user],
        ["Message ID", event.messageId ? h("span", { class: "mono" }, event.messageId, " ", copyButton(event.messageId, "message ID")) : null],
      ]),
      event.refusal ? h("div", { class: "notice bad" }, h("strong", {}, event.refusal.code), h("p", {}, event.refusal.message), event.refusal.status ? h("p", { class: "note" }, `The whole request was answered with ${event.refusal.status}.`) : null) : null,
      event.duplicate || event.state === "duplicate" ? h("div", { class: "notice" }, h("strong", {}, "Duplicate"), h("p", {}, "Its source has delivered an event with this message ID before, so this one was not sent on.")) : null,
      event.leftOut.length ? h("div", { class: "notice" }, h("strong", {}, "Left out"), h("p", {}, "A step that changes events ends it: ", h("code", {}, event.leftOut.join(", ")))) : null,
      fates(event),
      explain(event),
      compare(event, sent),
      event.request ? h("section", {}, h("h3", {}, "Request"), facts([
        ["SDK", event.library], ["User agent", event.request.userAgent], ["Call", event.request.call], ["Content type", event.request.contentType],
        ["Encoding", event.request.encoding ?? "none"], ["Address", event.request.address],
      ])) : null,
    );
    detail.scrollTop = scrolled;
  }

  function fates(event) {
    if (event.fates.length === 0 && event.unmapped.length === 0) return null;
    return h("section", {}, h("h3", {}, "What became of it"), h("ul", { class: "fates" },
      event.fates.map((fate) => h("li", {},
        h("div", { class: "fate" },
          h("span", { class: "where" }, h("strong", {}, fate.destinations.join(", ") || fate.stream), h("span", { class: "note" }, `${fate.service} · ${fate.stream} · ${fate.region}`)),
          pill(fate.state)),
        fate.state === "filtered" ? h("p", { class: "note" }, "The event's integrations exclude this destination.") : null,
        fate.code && fate.state !== "delivered" ? h("p", { class: "why" }, h("strong", {}, fate.code), fate.message ? ` ${fate.message}` : "") : null,
        facts([["Shard", fate.partition], [fate.service === "kinesis" ? "Sequence number" : "Record ID", fate.recordId ? h("span", { class: "mono" }, fate.recordId) : null], ["Attempts", fate.attempts > 1 || fate.state !== "delivered" && fate.attempts ? String(fate.attempts) : null]]))),
      event.unmapped.map((one) => h("li", {}, h("div", { class: "fate" }, h("span", { class: "where" }, h("strong", {}, one.destination), h("span", { class: "note" }, one.excluded ? "A row of none ends it here." : "No row of its mapping fits.")), pill(one.excluded ? "filtered" : "unmapped", one.excluded ? "Excluded" : "Unmapped"))))));
  }

  function explain(event) {
    if (!event.explain?.length) return null;
    const steps = (words) => (words?.length ? h("span", { class: "note" }, ` · changed by ${words.join(", ")}`) : null);
    return h("section", {}, h("h3", {}, "Why it goes there"), event.steps?.length ? h("p", { class: "rules" }, "Steps of its source: ", h("code", {}, event.steps.join(", "))) : null, h("ul", { class: "rules" }, event.explain.map((one) => h("li", {},
      h("strong", {}, one.destination), " ",
      one.outcome === "mapped"
        ? one.rows ? ["row ", one.rows.map((name, i) => [i ? ", " : "", h("code", {}, name)]).flat(), " → ", h("code", {}, one.streams.join(", "))].flat() : ["takes all events → ", h("code", {}, one.streams.join(", "))]
        : one.outcome === "excluded" ? ["row ", h("code", {}, one.rows.join(", ")), " → none: it goes nowhere"] : "no row fits, so it is not delivered there",
      one.shadowed?.length ? h("span", { class: "note" }, ` · also fits, and does not count: ${one.shadowed.join(", ")}`) : null, steps(one.steps)))));
  }

  function compare(event, sent) {
    const heading = h("h3", {}, "Contents");
    const asSent = sent[0]?.sent ?? event.normalized;
    const titleOf = (fate) => `As ${fate.state === "delivered" ? "delivered" : "sent"} to ${fate.stream}`;
    const sentTitle = sent[0] ? titleOf(sent[0]) : "As normalised";
    if (event.original && asSent) {
      const box = h("div", {}, sideBySide("As received", event.original, sentTitle, asSent));
      const distinct = sent.filter((fate, i) => sent.findIndex((one) => one.sent === fate.sent) === i);
      const choice = distinct.length > 1 ? h("label", { class: "choice" }, "Compare with ", h("select", { onchange: (change) => {
        const fate = distinct[change.target.selectedIndex];
        fill(box, sideBySide("As received", event.original, titleOf(fate), fate.sent));
      } }, distinct.map((fate) => h("option", {}, fate.stream)))) : null;
      return h("section", {}, heading, choice, box);
    }
    if (event.original) return h("section", {}, heading, single("As received", event.original));
    return asSent ? h("section", {}, heading, single(sentTitle, asSent)) : null;
  }

  function step(by) {
    const rows = [...list.querySelectorAll(".event")];
    const at = rows.findIndex((one) => Number(one.dataset.id) === selected);
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    if (next) {
      location.hash = `#live/${next.dataset.id}`;
      next.focus();
    }
  }

  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.key !== "Escape" && storage()?.getItem(KEYS) === "off") return;
    const action = { j: () => step(1), k: () => step(-1), p: () => setPaused(!paused), "/": () => search.focus(), Escape: () => (location.hash = "#live") }[event.key];
    if (action) {
      event.preventDefault();
      action();
    }
  }

  function changed(events) {
    if (!scheduled && !paused) {
      scheduled = true;
      requestAnimationFrame(draw);
    } else if (paused) {
      draw();
    }
    if (selected !== null && events.some((event) => event.id === selected)) open(selected);
  }

  store.listeners.add(changed);
  document.addEventListener("keydown", key);
  draw();
  open(selected);
  return {
    go: (id) => open(id ? Number(id) : null),
    end: () => {
      store.listeners.delete(changed);
      document.removeEventListener("keydown", key);
    },
  };
}
