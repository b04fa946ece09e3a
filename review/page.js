// The review page. All texts of documents are set as text nodes; no markup is ever made of them.
"use strict";

const boot = JSON.parse(document.getElementById("boot").textContent);
const live = boot.mode === "live";
const [top_, main, foot] = ["top", "main", "foot"].map((id) => document.getElementById(id));
let reports = boot.reports || [];
let report = null; // as telling.py tells it
let stops = []; // the value ids that the keys go through: those in doubt, else all
let here = null; // the value id looked at
let shownPage = null; // the page in the left pane
let editing = false;
let pending = false; // while an answer is awaited nothing else is begun: it would be about another state
let opened = 0; // counts the reports that were opened, so that ink that comes late is not shown beside another

const say = (name, words = {}) =>
  Object.entries(words).reduce((text, [key, word]) => text.replace(`{${key}}`, word), boot.words[name] || name);

function make(tag, options = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const show = (place, ...children) => place.replaceChildren(...children.filter((child) => child !== null));
const button = (name, act, kind = "") => make("button", { class: kind, onclick: act }, say(name));
const tag = (status) => make("span", { class: `tag ${status}` }, say(status));
const told = (number) => (number === null || number === undefined ? say("none") : String(number));

async function ask(path, options) {
  const answer = await fetch(path, options);
  const data = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(data.error), { changed: data.changed === true });
  return data;
}

// Does one thing that needs the server; what a person does until it has answered is dropped.
async function alone(work) {
  if (pending) return;
  pending = true;
  document.body.classList.add("pending");
  try {
    await work();
  } catch (error) {
    alert(say("not_done", { why: error.message }));
  } finally {
    pending = false;
    document.body.classList.remove("pending");
  }
}

const named = (path, more = {}) => `${path}?${new URLSearchParams({ name: report.name, ...more })}`;

// --- the list ---

const openList = () => alone(list);

async function list() {
  if (live) ({ reports } = await ask("queue"));
  report = null;
  document.title = `gouji ${say("title")}`;
  show(top_, make("h1", {}, say("queue")), make("span", { class: "soft" }, String(reports.length)));
  const heads = ["status", "report", "doubts", "decided", "signed_by", "reasons"];
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...heads.map((name) => make("th", {}, say(name))))),
    make("tbody", {}, ...reports.map(listRow)),
  );
  show(main, make("div", { class: "list" }, reports.length ? table : say("empty")));
  show(foot);
  main.querySelector("tr[tabindex]")?.focus();
}

function listRow(one) {
  const open = () => (live ? openReport(one.name) : location.assign(one.link));
  const about = [one.issuer, one.year].filter((part) => part !== null).join(" ");
  return make(
    "tr",
    { tabindex: 0, onclick: open, onkeydown: (event) => event.key === "Enter" && open() },
    make("td", {}, tag(one.status)),
    make("td", {}, one.name, about ? make("div", { class: "soft" }, about) : null),
    make("td", {}, String(one.doubts)),
    make("td", {}, String(one.decided)),
    make("td", {}, one.signed || ""),
    make("td", { class: "soft" }, one.codes.join(", ")),
  );
}

// --- one report ---

const openReport = (name) => alone(() => load(name));

async function load(name) {
  report = await ask(`report?${new URLSearchParams({ name })}`);
  enter();
}

function enter() {
  opened += 1;
  const doubted = Object.keys(report.values).filter((id) => report.values[id].codes.length);
  stops = doubted.length ? doubted : Object.keys(report.values);
  here = stops.find((id) => !report.decisions[id]) || stops[0] || null;
  shownPage = null;
  editing = false;
  document.title = `gouji ${report.name}`;
  show(main, make("section", { class: "source", id: "source" }), make("section", { class: "form", id: "form" }));
  draw();
}

function draw() {
  drawTop();
  drawForm();
  drawFoot();
  main.querySelector(".form .here")?.scrollIntoView({ block: "center" }); // once the foot has taken its room
  drawSource();
}

function drawTop() {
  const about = [report.issuer, report.year, report.date].filter((part) => part !== null).join("　");
  const signed = report.signed ? say("who_when", report.signed) : null;
  show(
    top_,
    make(
      "div",
      { class: "bar" },
      tag(report.status),
      make("h1", {}, report.title || report.name),
      make("span", { class: "soft grow" }, `${report.name}　${about}`),
      signed ? make("span", { class: "tag verified" }, `${say("signed")}：${signed}`) : null,
      report.unapplied ? make("span", { class: "tag review" }, say("unapplied", { count: report.unapplied })) : null,
      live ? button("sign", () => decide("signed", "")) : null,
      live ? button("previous", () => beside(-1)) : null,
      live ? button("next", () => beside(1)) : null,
      live ? button("back", openList) : make("a", { href: "index.html" }, say("back")),
    ),
  );
}

const failing = () => report.sums.filter((sum) => sum.verdict === "fails").flatMap((sum) => [...sum.left, ...sum.right]);

function drawForm() {
  const inFailing = new Set(failing());
  const parts = report.reasons.length
    ? [make("ul", { class: "reasons" }, ...report.reasons.map((one) => make("li", { title: one.message }, `${one.meaning} ${one.advice}`)))]
    : [];
  for (const table of report.tables) {
    parts.push(make("h2", {}, table.section));
    parts.push(gridOf(table, (cell) => formCell(cell, inFailing)));
  }
  const form = document.getElementById("form");
  const place = form.scrollTop;
  show(form, ...parts);
  form.scrollTop = place;
}

function gridOf(table, draw_) {
  const rows = Array.from({ length: table.rows }, () => make("tr"));
  for (const cell of table.cells) {
    const drawn = draw_(cell);
    if (cell.row_span > 1) drawn.rowSpan = cell.row_span;
    if (cell.column_span > 1) drawn.colSpan = cell.column_span;
    rows[cell.row].append(drawn);
  }
  return make("table", { class: "grid" }, make("tbody", {}, ...rows));
}

function formCell(cell, inFailing) {
  if (!cell.id) return make("td", { class: cell.role === "row" ? "row" : "label" }, cell.text);
  const value = report.values[cell.id];
  const decision = report.decisions[cell.id];
  const kinds = ["value"];
  if (value.codes.length) kinds.push(value.codes.every((code) => code.startsWith("source.")) ? "misprint" : "doubt");
  if (inFailing.has(cell.id)) kinds.push("fails");
  if (decision) kinds.push("decided");
  if (cell.id === here) kinds.push("here");
  const number = decision && decision.act === "corrected" ? decision.new : value.number;
  const text = number === null ? (value.status === "blank" ? "" : "?") : String(number);
  return make("td", { class: kinds.join(" "), "data-id": cell.id, onclick: () => go(cell.id) }, text);
}

function drawFoot() {
  if (!here) {
    show(foot, say("nothing_doubted"));
    return;
  }
  const value = report.values[here];
  const decision = report.decisions[here];
  const facts = [
    [say("printed"), `“${value.text}”　${say(`status_${value.status}`)}　${say("confidence", { confidence: value.confidence.toFixed(4) })}`],
    ...value.readings.map((one) => [`${say("reading")} ${one.engine}`, `“${one.text}”`]),
    [say("number"), told(value.number)],
    ...report.reasons.filter((one) => one.at.includes(here)).map((one) => [one.code, because(one)]),
    ...report.sums.filter((one) => [...one.left, ...one.right].includes(here)).map((one) => [say("sums"), sumText(one)]),
  ];
  if (decision) {
    const change = decision.act === "corrected" ? `　${told(decision.old)} → ${told(decision.new)}` : "";
    facts.push([say(decision.act), `${say("who_when", decision)}${change}`]);
  }
  show(
    foot,
    make(
      "div",
      { class: "bar" },
      make("strong", { class: "grow" }, value.where.join(" · ")),
      make("span", { class: "soft" }, position()),
      ...(live ? actions(decision) : []),
    ),
    make("dl", { class: "details" }, ...facts.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)])),
    live ? make("div", { class: "keys" }, say("keys")) : null,
  );
  document.getElementById("new")?.focus();
}

function position() {
  const at = { at: stops.indexOf(here) + 1, count: stops.length };
  if (!at.at) return "";
  return say(report.values[here].codes.length ? "of_doubts" : "of_values", at);
}

function actions(decision) {
  if (editing) {
    const given = report.values[here].number;
    return [
      make("input", { id: "new", placeholder: say("new_number"), value: given === null ? "" : given, onkeydown: typed }),
      button("correct", correct, "main"),
    ];
  }
  return [
    button("accept", () => decide("accepted", here), "main"),
    button("correct", startEditing),
    decision ? button("undo", () => decide("withdrawn", here)) : null,
  ];
}

// Messages are stored in English; in Chinese their code's meaning says it, and the sums stand below.
const because = (one) => `${boot.language === "en" ? one.message : one.meaning}　${one.advice}`;

function sumText(sum) {
  const side = (ids) => {
    const numbers = ids.map((id) => report.values[id].number);
    const shown = numbers.filter((number) => number !== 0).map(told);
    const zeros = numbers.length - shown.length;
    if (zeros) shown.push(zeros === 1 ? "0" : `0 × ${zeros}`);
    return shown.join(" + ");
  };
  const head = [sum.label, sum.at].filter((part) => part).join("　");
  return `${say(sum.verdict)}　${head}：${side(sum.left)} ${sum.verdict === "fails" ? "≠" : "="} ${side(sum.right)}`;
}

// --- the source, on the left ---

async function drawSource() {
  const pane = document.getElementById("source");
  const value = here && report.values[here];
  if (live && !report.has_source) {
    show(pane, make("p", { class: "soft" }, say("source_missing")));
    return;
  }
  if (value && value.page !== null && value.box) await drawPage(pane, value);
  else if (value && value.place && value.place.table) await drawGrids(pane, value.place);
  else if (!pane.firstChild) show(pane, make("p", { class: "soft" }, ""));
}

async function inkOf(kind, page) {
  if (!live) return kind === "grids" ? boot.ink.grids : boot.ink.pages[page];
  return ask(kind === "grids" ? named("grids") : named("page", { page }));
}

async function drawPage(pane, value) {
  if (shownPage !== value.page) {
    show(pane, make("p", { class: "soft" }, say("source_loading")));
    const [wanted, mine] = [value.page, opened];
    let ink;
    try {
      ink = await inkOf("page", wanted);
    } catch (error) {
      show(pane, make("p", { class: "bad" }, error.message));
      return;
    }
    if (opened !== mine || !report || !here || report.values[here].page !== wanted) return;
    if (!ink) {
      show(pane, make("p", { class: "soft" }, say("source_missing")));
      return;
    }
    const image = make("img", { src: `data:image/png;base64,${ink.png}`, alt: say("page", { page: wanted }) });
    const sheet = make("div", { class: "sheet", "data-width": ink.width, "data-height": ink.height }, image);
    show(pane, make("p", { class: "soft" }, say("page", { page: wanted })), sheet);
    shownPage = wanted;
    await image.decode();
    if (opened !== mine || !report || report.values[here].page !== wanted) return;
  }
  const sheet = pane.querySelector(".sheet");
  sheet.querySelector(".mark")?.remove();
  const [left, top, right, bottom] = report.values[here].box;
  const { width, height } = sheet.dataset;
  const mark = make("div", { class: "mark" });
  Object.assign(mark.style, {
    left: `${(100 * left) / width}%`,
    top: `${(100 * top) / height}%`,
    width: `${(100 * (right - left)) / width}%`,
    height: `${(100 * (bottom - top)) / height}%`,
  });
  sheet.append(mark);
  mark.scrollIntoView({ block: "center", inline: "nearest" });
}

async function drawGrids(pane, place) {
  if (shownPage !== "grids") {
    show(pane, make("p", { class: "soft" }, say("source_loading")));
    const mine = opened;
    let grids;
    try {
      grids = await inkOf("grids");
    } catch (error) {
      show(pane, make("p", { class: "bad" }, error.message));
      return;
    }
    if (opened !== mine || !report || !grids) return;
    show(pane, make("h2", {}, say("tables_of_file")), ...grids.map((grid) => gridOf(grid, sourceCell)));
    shownPage = "grids";
  }
  pane.querySelector(".marked")?.classList.remove("marked");
  const value = report.values[here];
  const now = value.place || place;
  const cell = pane.querySelector(`td[data-place="${now.table}/${now.row}/${now.column}"]`);
  cell?.classList.add("marked");
  cell?.scrollIntoView({ block: "center", inline: "nearest" });
}

function sourceCell(cell) {
  const place = cell.place && `${cell.place.table}/${cell.place.row}/${cell.place.column}`;
  return make("td", { "data-place": place }, cell.text);
}

// --- going about and deciding ---

function go(id) {
  if (pending) return;
  here = id;
  editing = false;
  draw();
}

function step(by) {
  if (!stops.length) return;
  const at = stops.indexOf(here);
  go(stops[Math.min(Math.max((at < 0 ? 0 : at) + by, 0), stops.length - 1)]);
}

function beside(by) {
  const at = reports.findIndex((one) => one.name === report.name) + by;
  if (at >= 0 && at < reports.length) openReport(reports[at].name);
  else openList();
}

function startEditing() {
  if (pending) return;
  editing = true;
  drawFoot();
}

function typed(event) {
  event.stopPropagation();
  if (pending) return;
  if (event.key === "Enter") correct();
  if (event.key === "Escape") go(here);
}

// Digits with or without commas between thousands; nothing else is guessed at, and no digit may be lost.
const NUMBER = /^[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/;

function correct() {
  const text = document.getElementById("new").value.trim();
  const number = text === "" ? null : Number(text.replaceAll(",", ""));
  if (number !== null && !(NUMBER.test(text) && Math.abs(number) <= Number.MAX_SAFE_INTEGER)) {
    alert(say("not_a_number"));
    return;
  }
  editing = false;
  decide("corrected", here, number);
}

const decide = (act, id, number = null) => alone(() => send(act, id, number));

async function send(act, id, number) {
  const { name, seen } = report;
  const body = JSON.stringify({ name, id, act, new: number, seen });
  let answer;
  try {
    answer = await ask("decide", { method: "POST", headers: { "Content-Type": "application/json" }, body });
  } catch (error) {
    if (error.changed) {
      await load(name);
      alert(say("changed"));
    } else alert(say("not_saved", { why: error.message }));
    return;
  }
  if (!report || report.name !== name) return;
  report = answer;
  if (act === "accepted" || act === "corrected") {
    const open = stops.slice(stops.indexOf(id) + 1).find((one) => !report.decisions[one]);
    here = open || id;
  }
  draw();
}

const KEYS = {
  j: () => step(1),
  ArrowDown: () => step(1),
  k: () => step(-1),
  ArrowUp: () => step(-1),
  Enter: () => here && decide("accepted", here),
  e: () => here && startEditing(),
  u: () => here && decide("withdrawn", here),
  s: () => decide("signed", ""),
  n: () => beside(1),
  p: () => beside(-1),
  q: () => openList(),
};
const STILL = new Set(["j", "k", "ArrowDown", "ArrowUp"]);

document.addEventListener("keydown", (event) => {
  if (!report || pending || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target instanceof HTMLInputElement || (event.key === "Enter" && event.target instanceof HTMLButtonElement)) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!(key in KEYS) || (!live && !STILL.has(key))) return;
  event.preventDefault();
  KEYS[key]();
});

if (boot.report) {
  report = boot.report;
  enter();
} else {
  openList();
}
