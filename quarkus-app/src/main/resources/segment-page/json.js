import { h } from "./dom.js";

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/g;

/** Breaks JSON into indented lines. Every literal stays as it was written: no number is rounded, no escape resolved. */
export function lines(json) {
  const tokens = json.match(TOKENS) ?? [];
  const result = [];
  let line = "";
  let depth = 0;
  const end = () => {
    result.push(line);
    line = "  ".repeat(depth);
  };
  tokens.forEach((token, i) => {
    const next = tokens[i + 1];
    if (token === "{" || token === "[") {
      line += token;
      if (next === "}" || next === "]") return;
      depth++;
      end();
    } else if (token === "}" || token === "]") {
      if (!["{", "["].includes(tokens[i - 1])) {
        depth--;
        end();
      }
      line += token;
    } else if (token === ",") {
      line += token;
      end();
    } else {
      line += token === ":" ? ": " : token;
    }
  });
  result.push(line);
  return result;
}

const plain = (line) => line.replace(/,$/, "");

/** Tells which lines two texts have in common: pairs of a line, or null, of each. */
function pairs(left, right) {
  if (left.length * right.length > 4e6) return [...left.map((l) => [l, null]), ...right.map((r) => [null, r])];
  const longest = Array.from({ length: left.length + 1 }, () => new Uint16Array(right.length + 1));
  for (let i = left.length - 1; i >= 0; i--) {
    for (let j = right.length - 1; j >= 0; j--) {
      longest[i][j] = plain(left[i]) === plain(right[j]) ? longest[i + 1][j + 1] + 1 : Math.max(longest[i + 1][j], longest[i][j + 1]);
    }
  }
  const result = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && plain(left[i]) === plain(right[j])) result.push([left[i++], right[j++]]);
    else if (j >= right.length || (i < left.length && longest[i + 1][j] >= longest[i][j + 1])) result.push([left[i++], null]);
    else result.push([null, right[j++]]);
  }
  return result;
}

function coloured(line) {
  const parts = [];
  let last = 0;
  for (const found of line.matchAll(/("(?:[^"\\]|\\.)*")(:?)|-?\d[\d.eE+-]*|true|false|null/g)) {
    parts.push(line.slice(last, found.index));
    const kind = found[1] ? (found[2] ? "key" : "text") : "value";
    parts.push(h("span", { class: kind }, found[1] ?? found[0]), found[2] ?? "");
    last = found.index + found[0].length;
  }
  parts.push(line.slice(last));
  return parts;
}

function row(line, tag, sign) {
  if (line === null) return h("div", { class: "line none" }, " ");
  const content = tag ? h(tag, {}, ...coloured(line)) : h("span", {}, ...coloured(line));
  return h("div", { class: `line ${tag ?? ""}` }, h("span", { class: "sign", "aria-hidden": "true" }, tag ? sign : " "), content);
}

function column(title, rows, note) {
  return h(
    "figure",
    { class: "code" },
    h("figcaption", {}, h("span", {}, title), note ? h("span", { class: "note" }, note) : null),
    h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": title }, h("code", {}, rows)),
  );
}

/** One JSON text. */
export function single(title, json) {
  return column(title, lines(json).map((line) => row(line)));
}

/** Two JSON texts side by side, with their differences marked. */
export function sideBySide(leftTitle, left, rightTitle, right) {
  const both = pairs(lines(left), lines(right));
  const removed = both.filter(([, r]) => r === null).length;
  const added = both.filter(([l]) => l === null).length;
  return h(
    "div",
    { class: "compare" },
    column(leftTitle, both.map(([l, r]) => row(l, r === null ? "del" : null, "−")), removed ? `${removed} removed or changed` : "all kept"),
    column(rightTitle, both.map(([l, r]) => row(r, l === null ? "ins" : null, "+")), added ? `${added} added or changed` : "nothing added"),
  );
}
