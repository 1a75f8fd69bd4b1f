import { h, fill, call, pill, empty, copyButton } from "./dom.js";

const HIDDEN = "••••••••••••";

const bare = (url) => url.replace(/^https?:\/\//, "");

/** A comment for SDKs that know no other protocol. */
const secureOnly = (url) => (url.startsWith("https") ? "" : `// This SDK always uses https: put TLS before the collector.\n`);

const SNIPPETS = {
  Browser: (key, url, base) => `import { AnalyticsBrowser } from "@segment/analytics-next";

const analytics = AnalyticsBrowser.load(
  { writeKey: "${key}", cdnURL: "${url}" },
  { integrations: { "Segment.io": {
      apiHost: "${bare(url)}${base}", protocol: "${url.startsWith("https") ? "https" : "http"}" } } },
);
analytics.track("User Registered", { plan: "Pro" });`,
  "Node.js": (key, url) => `import { Analytics } from "@segment/analytics-node";

const analytics = new Analytics({ writeKey: "${key}", host: "${url}" });
analytics.track({ userId: "user_1", event: "User Registered" });`,
  Python: (key, url) => `import segment.analytics as analytics

analytics.write_key = "${key}"
analytics.host = "${url}"
analytics.track("user_1", "User Registered", {"plan": "Pro"})
analytics.flush()`,
  Java: (key, url) => `Analytics analytics = Analytics.builder("${key}").endpoint("${url}").build();
analytics.enqueue(TrackMessage.builder("User Registered").userId("user_1"));
analytics.flush();`,
  Kotlin: (key, url, base) => `${secureOnly(url)}val analytics = Analytics("${key}") {
    apiHost = "${bare(url)}${base}"
    cdnHost = "${bare(url)}${base}"
}
analytics.track("User Registered")`,
  Swift: (key, url, base) => `${secureOnly(url)}let analytics = Analytics(configuration: Configuration(writeKey: "${key}")
    .apiHost("${bare(url)}${base}")
    .cdnHost("${bare(url)}${base}"))
analytics.track(name: "User Registered")`,
  Go: (key, url) => `client, _ := analytics.NewWithConfig("${key}", analytics.Config{Endpoint: "${url}"})
defer client.Close()
client.Enqueue(analytics.Track{UserId: "user_1", Event: "User Registered"})`,
  Ruby: (key, url, base) => `analytics = Segment::Analytics.new(
  write_key: "${key}", host: "${new URL(url).hostname}", port: ${new URL(url).port || 443},
  ssl: ${url.startsWith("https")}, path: "${base}/import")
analytics.track(user_id: "user_1", event: "User Registered")
analytics.flush`,
  PHP: (key, url) => `${secureOnly(url)}Segment\\Segment::init("${key}", ["host" => "${bare(url)}"]);
Segment\\Segment::track(["userId" => "user_1", "event" => "User Registered"]);
Segment\\Segment::flush();`,
  "C#": (key, url, base) => `${secureOnly(url)}var analytics = new Analytics(new Configuration("${key}",
    apiHost: "${bare(url)}${base}", cdnHost: "${bare(url)}${base}"));
analytics.Track("User Registered");`,
  "React Native": (key, url, base) => `import { createClient } from "@segment/analytics-react-native";

const analytics = createClient({
  writeKey: "${key}", useSegmentEndpoints: true,
  proxy: "${url}${base}", cdnProxy: "${url}${base}",${url.startsWith("https") ? "" : "\n  allowInsecureProxy: true,"}
});
analytics.track("User Registered");`,
  curl: (key, url, base) => `curl -u '${key}:' ${url}${base}/track \\
  -d '{"userId": "user_1", "event": "User Registered"}'`,
};

function sourceCard(source, all) {
  let key = null;
  let kind = "Browser";
  const url = `${location.protocol}//${location.hostname}:${all.port}`;
  const code = h("code", {});
  const text = () => SNIPPETS[kind](key ?? HIDDEN, url, all.basePath);
  const shownKey = h("span", { class: "mono" }, HIDDEN);
  const reveal = h("button", { type: "button", class: "quiet", "aria-label": `Show the write key of ${source.name}`, onclick: show }, "Show");
  const choice = h("select", { onchange: () => { kind = choice.value; draw(); } }, Object.keys(SNIPPETS).map((name) => h("option", { value: name }, name)));

  async function show() {
    if (key !== null) {
      key = null;
      reveal.textContent = "Show";
    } else {
      try {
        key = (await call("api/keys", { source: source.name })).keys[0];
        reveal.textContent = "Hide";
      } catch (failure) {
        reveal.textContent = failure.message;
      }
    }
    draw();
  }

  function draw() {
    shownKey.textContent = key ?? HIDDEN;
    code.textContent = text();
  }

  draw();
  return h("article", { class: "card" },
    h("div", { class: "head" }, h("div", {}, h("h3", {}, source.name), h("p", { class: "note" }, source.destinations.length ? `to ${source.destinations.join(", ")}` : "to no destination"))),
    source.keys
      ? [h("p", { class: "secret" }, h("span", {}, source.keys > 1 ? `First of ${source.keys} write keys` : "Write key"), shownKey, reveal),
        h("div", { class: "snippet" },
          h("div", { class: "snippet-bar" }, h("label", {}, h("span", { class: "hidden" }, `SDK for ${source.name}`), choice), copyButton(text, `the snippet for ${source.name}`)),
          h("pre", { tabindex: "0", "aria-label": `Snippet for ${source.name}` }, code)),
        h("p", { class: "note" }, "Replace the host with the one that your senders reach.")]
      : h("p", { class: "note" }, `A webhook: it takes requests at ${all.basePath}/webhook/${source.name}, without a write key.`));
}

function destinationCard(destination) {
  return h("article", { class: "card" },
    h("div", { class: "head" }, h("div", {}, h("h3", {}, destination.name), h("p", { class: "note" }, `from ${destination.sources.join(", ")}`)), pill("received", destination.service === "kinesis" ? "Kinesis" : "Firehose")),
    h("dl", { class: "facts" }, [["Region", destination.region], ["Role", destination.role ?? "none: AWS's default credentials"], ["Acknowledgement", destination.required ? "senders wait for it" : "senders do not wait for it"], ["Stream", destination.map ? null : destination.streams.join(", ")]]
      .filter(([, value]) => value).flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)])),
    destination.map ? h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Mapping of ${destination.name}` }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Event or type"), h("th", { scope: "col" }, "Streams"))),
      h("tbody", {}, destination.map.map((row) => h("tr", {}, h("td", {}, h("code", {}, row.event)), h("td", {}, row.streams.join(", ")))),
        h("tr", {}, h("td", {}, "no row fits"), h("td", {}, destination.unmapped ?? "not delivered"))))) : null,
    destination.map ? h("p", { class: "note" }, destination.match === "first" ? "The most special row that fits applies." : "All rows that fit apply.") : null);
}

function testCard(sources, store, watch) {
  const withKeys = sources.filter((source) => source.keys);
  const result = h("div", { class: "result", role: "status" });
  const source = h("select", { id: "test-source" }, withKeys.map((one) => h("option", {}, one.name)));
  const type = h("select", { id: "test-type", onchange: () => (name.disabled = !["track", "page", "screen"].includes(type.value)) }, ["track", "identify", "page", "screen", "group", "alias"].map((one) => h("option", {}, one)));
  const name = h("input", { id: "test-name", value: "User Registered" });
  const user = h("input", { id: "test-user", value: "user_1", required: true });
  const body = h("textarea", { id: "test-properties", rows: "5", spellcheck: "false", value: '{\n  "plan": "Pro"\n}' });
  const send = h("button", { class: "button", type: "submit" }, "Send test event");

  function event() {
    const extra = JSON.parse(body.value.trim() || "{}");
    const made = { type: type.value, userId: user.value };
    if (type.value === "track") made.event = name.value;
    else if (!name.disabled && name.value) made.name = name.value;
    if (type.value === "group") made.groupId = "group_1";
    if (type.value === "alias") made.previousId = "anonymous_1";
    made[type.value === "identify" || type.value === "group" ? "traits" : "properties"] = extra;
    return made;
  }

  async function submit(submitted) {
    submitted.preventDefault();
    send.disabled = true;
    fill(result, h("p", { class: "note" }, "On its way…"));
    try {
      const answer = await call("api/test", { source: source.value, event: event() });
      follow(answer);
    } catch (failure) {
      fill(result, h("div", { class: "notice bad" }, h("p", {}, failure instanceof SyntaxError ? `Properties: expected JSON (${failure.message})` : failure.message)));
    }
    send.disabled = false;
  }

  function follow(answer) {
    const draw = () => {
      const found = store.byMessageId(answer.messageId);
      const refused = answer.status !== 200;
      fill(result, h("div", { class: `notice ${refused ? "bad" : found?.state === "delivered" ? "good" : ""}` },
        h("p", {}, h("strong", {}, refused ? `The app answered ${answer.status}` : "The app answered 200"), refused ? h("code", {}, answer.answer) : null),
        found ? h("ul", { class: "fates" }, found.streams.map((one) => h("li", {}, h("div", { class: "fate" }, h("strong", {}, one.stream), pill(one.state))))) : null,
        found ? h("p", {}, h("a", { href: `#live/${found.id}` }, "See it in full")) : null));
      return found;
    };
    draw();
    watch(draw);
  }

  return h("section", { class: "card test", "aria-labelledby": "test-title" },
    h("h2", { id: "test-title" }, "Send a test event"),
    h("p", { class: "note" }, "It takes the way that all events take, and really arrives at the streams."),
    withKeys.length ? h("form", { onsubmit: submit },
      h("label", { for: "test-source" }, "Source"), source,
      h("label", { for: "test-type" }, "Type"), type,
      h("label", { for: "test-name" }, "Name"), name,
      h("label", { for: "test-user" }, "User ID"), user,
      h("label", { for: "test-properties" }, "Properties or traits"), body,
      h("div", { class: "actions" }, send)) : h("p", {}, "It needs a source with a write key."),
    result);
}

/** Shows sources and destinations, and sends a test event. */
export function setup(page, store) {
  let watcher = null;
  const changed = () => watcher?.();
  store.listeners.add(changed);
  fill(page, h("h1", {}, "Set up"), h("p", { class: "note" }, "Reading the settings…"));
  call("api/setup").then((all) => {
    fill(page, h("div", { class: "title" }, h("h1", {}, "Set up")),
      h("div", { class: "split" },
        h("div", {},
          h("h2", {}, "Sources"),
          all.sources.length ? h("div", { class: "stack" }, all.sources.map((source) => sourceCard(source, all))) : empty("No source yet", h("p", {}, "Add one below segment.sources in the settings, with a write key, and start the app again.")),
          h("h2", {}, "Destinations"),
          all.destinations.length ? h("div", { class: "stack" }, all.destinations.map(destinationCard)) : empty("No destination yet", h("p", {}, "Add one below segment.destinations in the settings: a Kinesis stream, or Firehose streams by a mapping."))),
        testCard(all.sources, store, (draw) => (watcher = draw))));
  }).catch((failure) => fill(page, h("h1", {}, "Set up"), h("p", { class: "problem", role: "alert" }, failure.message)));
  return { end: () => store.listeners.delete(changed) };
}
