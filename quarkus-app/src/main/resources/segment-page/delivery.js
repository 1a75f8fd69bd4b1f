import { h, fill, call, pill, number, bytes, duration, empty, time } from "./dom.js";

const KINDS = [["accepted", "Accepted"], ["delivered", "Delivered"], ["retried", "Retried"], ["throttled", "Throttled"], ["failed", "Failed"]];
const HEIGHT = 64;
const STRIP = 6;
const WIDTH = 480;
const OUTCOMES = { pass: ["delivered", "Passes"], warn: ["retrying", "Warning"], fail: ["failed", "Fails"], unknown: ["filtered", "Unknown"] };
const HEALTH = ["parked", "failing", "delivering"];
const outcome = (word) => pill(...(OUTCOMES[word] ?? ["filtered", word]));
const sum = (values) => values.reduce((a, b) => a + b, 0);

/**
 * Bars of the last hour, a minute each: what failed and was retried stands on what was delivered. A line shows what was
 * accepted, and a strip below the minutes in which shards throttled.
 */
function chart(stream) {
  const { minutes } = stream;
  const most = Math.max(1, ...minutes.accepted, ...minutes.delivered.map((value, i) => value + minutes.retried[i] + minutes.failed[i]));
  const mostThrottled = Math.max(1, ...minutes.throttled);
  const step = WIDTH / minutes.delivered.length;
  const bars = [];
  minutes.delivered.forEach((delivered, i) => {
    let y = HEIGHT;
    for (const [kind, value] of [["delivered", delivered], ["retried", minutes.retried[i]], ["failed", minutes.failed[i]]]) {
      if (value === 0) continue;
      const height = Math.max(1.5, (value / most) * (HEIGHT - 2));
      y -= height;
      bars.push(h("rect", { class: kind, x: (i * step + 1).toFixed(1), y: y.toFixed(1), width: (step - 2).toFixed(1), height: height.toFixed(1), rx: 1 }));
    }
  });
  minutes.throttled.forEach((throttled, i) => {
    if (throttled === 0) return;
    const height = Math.max(2, (throttled / mostThrottled) * STRIP);
    bars.push(h("rect", { class: "throttled", x: (i * step).toFixed(1), y: HEIGHT + 1, width: step.toFixed(1), height: height.toFixed(1) }));
  });
  const accepted = minutes.accepted.map((value, i) => {
    const y = (HEIGHT - (value / most) * (HEIGHT - 2)).toFixed(1);
    return `${i ? "L" : "M"}${(i * step).toFixed(1)} ${y}H${((i + 1) * step).toFixed(1)}`;
  }).join("");
  const text = `Records in each minute of the last hour. ${KINDS.map(([kind, word]) => `${word}: ${number(sum(minutes[kind]))}`).join(", ")}. At most ${number(most)} in a minute.`;
  return h("figure", { class: "chart" },
    h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT + STRIP + 1}`, preserveAspectRatio: "none", role: "img", "aria-label": text },
      h("line", { x1: 0, x2: WIDTH, y1: HEIGHT - 0.5, y2: HEIGHT - 0.5 }), bars, h("path", { class: "accepted", d: accepted })),
    h("figcaption", {}, h("span", {}, "60 min ago"), h("span", {}, KINDS.some(([kind]) => sum(minutes[kind])) ? `peak ${number(most)} a minute` : "no records"), h("span", {}, "now")));
}

function card(stream, mends) {
  const state = { delivering: "delivered", failing: "retrying", parked: "failed" }[stream.health];
  const word = { delivering: stream.total.accepted ? "Delivering" : "Ready", failing: "Failing", parked: "Parked" }[stream.health];
  const hot = Object.entries(stream.throttledBy).sort((a, b) => b[1] - a[1]).slice(0, 5);
  return h("article", { class: "card" },
    h("div", { class: "head" },
      h("div", {}, h("h3", {}, stream.stream), h("p", { class: "note" }, `${stream.destinations.join(", ") || "a route of yours"} · ${stream.service} · ${stream.region}`)),
      pill(state, word)),
    stream.health !== "delivering" ? h("div", { class: "notice bad" },
      h("strong", {}, stream.ailment ?? "No answer"),
      h("p", {}, stream.health === "parked" ? "Records are refused until this is mended; then the stream recovers by itself." : "Records are sent again until they are delivered or too old."),
      mends.map((check) => h("p", {}, `${check.name[0].toUpperCase()}${check.name.slice(1)}: ${check.found}.`, check.mend ? [" ", h("strong", {}, "Mend: "), check.mend] : ""))) : null,
    stream.warning ? h("div", { class: "notice" }, h("p", {}, stream.warning)) : null,
    chart(stream),
    h("dl", { class: "numbers" }, KINDS.map(([kind, label]) => h("div", { "data-kind": kind, class: sum(stream.minutes[kind]) ? null : "zero" }, h("dt", {}, label), h("dd", {}, number(sum(stream.minutes[kind])))))),
    h("p", { class: "note" }, stream.held ? `${number(stream.held)} in the queue, ${bytes(stream.heldBytes)}, the oldest for ${duration(stream.oldestMs)}` : "Nothing in the queue"),
    hot.length ? h("div", { class: "hot" }, h("h4", {}, "Hot shards: records throttled since the start"), h("ul", {}, hot.map(([shard, count]) => h("li", {}, h("span", { class: "mono" }, shard), " ", number(count))))) : null);
}

function report(doctor, again) {
  const body = !doctor ? h("p", { class: "note" }, "The doctor's report is not there yet.")
    : doctor.pending ? h("p", { class: "note" }, "The doctor examines the destinations just now.")
    : h("div", {}, doctor.destinations.map((one) => h("details", { open: one.outcome === "fail" || one.outcome === "warn" },
      h("summary", {}, h("strong", {}, one.name), " ", outcome(one.outcome), h("span", { class: "note" }, ` ${one.type} · ${one.region}`)),
      h("ul", { class: "checks" }, one.checks.map((check) => h("li", {}, outcome(check.outcome), h("span", {}, h("strong", {}, check.name), check.stream ? ` · ${check.stream}` : "", h("br", {}), check.found, check.mend ? h("span", { class: "mend" }, `Mend: ${check.mend}`) : null)))))));
  return h("section", { class: "card doctor" },
    h("div", { class: "head" }, h("div", {}, h("h2", {}, "Doctor's report"), h("p", { class: "note" }, "Whether AWS lets each destination deliver", doctor?.at ? [", as of ", time(doctor.at)] : "")), again),
    body);
}

/** Shows what the streams do, and what keeps them from it. */
export function delivery(page) {
  let doctor = null;
  let permissions = null;
  let ended = false;
  let asked = false; // the doctor, because of a parked stream that he did not explain yet
  const gauge = h("div", { class: "gauge" });
  const cards = h("div", { class: "cards" });
  const doctors = h("div", {});
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const again = h("button", { type: "button", onclick: examine }, "Examine again");
  fill(page, h("div", { class: "title" }, h("h1", {}, "Delivery"), gauge), problem, h("h2", { class: "hidden" }, "Streams"), cards, doctors);

  async function examine() {
    again.disabled = true;
    again.textContent = "Examining…";
    try {
      const answer = await fetch(permissions, { method: "POST" });
      if (answer.status === 429) again.textContent = "Once a minute";
      else {
        doctor = await answer.json();
        again.textContent = "Examine again";
      }
    } catch {
      again.textContent = "No answer";
    }
    setTimeout(() => { again.disabled = false; again.textContent = "Examine again"; }, 3000);
    await draw();
  }

  /** Has the doctor look at what has changed since his last report; he does so once a minute. */
  async function ask() {
    const answer = await fetch(permissions, { method: "POST" }).catch(() => null);
    if (answer?.ok) {
      doctor = await answer.json();
      await draw();
    } else asked = false;
  }

  /** What the doctor finds wrong with a stream, or with its destination as a whole. */
  function mendsOf(stream) {
    return (doctor?.destinations ?? [])
      .filter((one) => stream.destinations.includes(one.name))
      .flatMap((one) => one.checks)
      .filter((check) => check.outcome === "fail" && (!check.stream || check.stream.split(/[/:]/).pop() === stream.stream));
  }

  async function readDoctor() {
    if (permissions === null) permissions = (await call("api/setup")).permissions;
    const answer = await fetch(permissions, { cache: "no-store" });
    if (answer.ok) doctor = await answer.json();
  }

  async function draw() {
    let all;
    try {
      all = await call("api/delivery");
      problem.hidden = true;
    } catch (failure) {
      problem.textContent = `No figures: ${failure.message}`;
      problem.hidden = false;
      return;
    }
    await readDoctor().catch(() => {});
    const unexplained = all.streams.some((stream) => stream.health === "parked" && mendsOf(stream).length === 0);
    if (unexplained && !asked && doctor && !doctor.pending) {
      asked = true;
      ask();
    } else if (!unexplained) asked = false;
    const share = all.maxBytes ? all.heldBytes / all.maxBytes : 0;
    fill(gauge, h("span", {}, "In memory ", h("strong", {}, bytes(all.heldBytes)), ` of ${bytes(all.maxBytes)}`), h("meter", { min: "0", max: "1", high: "0.8", value: share, "aria-label": "Memory for events under way" }));
    const isIdle = (stream) => sum(stream.minutes.accepted) === 0;
    all.streams.sort((a, b) => HEALTH.indexOf(a.health) - HEALTH.indexOf(b.health) || isIdle(a) - isIdle(b));
    fill(cards, all.streams.length
      ? all.streams.map((stream) => card(stream, mendsOf(stream)))
      : empty("No stream yet", h("p", {}, "Streams show here once a destination is set up."), h("p", {}, h("a", { href: "#setup", class: "button" }, "Set up"))));
    const opened = [...doctors.querySelectorAll("details")].map((one) => one.open);
    const focused = doctors.contains(document.activeElement);
    if (!focused || document.activeElement === again) {
      const hadFocus = document.activeElement === again;
      fill(doctors, report(doctor, again));
      if (opened.length) doctors.querySelectorAll("details").forEach((one, i) => (one.open = opened[i] ?? one.open));
      if (hadFocus) again.focus();
    }
  }

  draw();
  const timer = setInterval(() => { if (!ended && !document.hidden) draw(); }, 5000);
  return { end: () => { ended = true; clearInterval(timer); } };
}
