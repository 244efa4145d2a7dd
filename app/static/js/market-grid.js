// The buyer's grid: each line is kept as it is typed, a line more appears below the last one.
// Keys, paste and copy down are those of answer-grid.js; without this file one button keeps all.
"use strict";

const WAITS = [2, 5, 10, 20]; // seconds before each new attempt while nothing answers

const keeping = {
  shown: {}, // line → field → text, as the server last gave or took it
  queue: new Set(),
  sending: null,
  failures: 0,
  timer: 0,
};

const table = () => document.querySelector("[data-lines] table");
const lines = () => [...table().tBodies[0].rows];
const cellsIn = (row) => [...row.querySelectorAll(".input[name]")];
const keyIn = (field) => field.name.slice(field.name.indexOf(".") + 1);
const isFresh = (row) => "fresh" in row.dataset;

/** The cells of a line that the server does not have yet. */
function changedCells(row) {
  const shown = keeping.shown[row.dataset.line] ?? {};
  const changed = cellsIn(row).filter((field) => field.value.replaceAll("\r\n", "\n").trim() !== (shown[keyIn(field)] ?? "").trim());
  return isFresh(row) && !changed.some((field) => field.value.trim()) ? [] : changed;
}

/** A new line is kept once it can be one: a name and a quantity. */
function ready(row) {
  const named = (key) => cellsIn(row).find((field) => keyIn(field) === key)?.value.trim();
  return !isFresh(row) || (named("designation") && named("quantity"));
}

function keepLine(row) {
  if (!ready(row) || !changedCells(row).length) return;
  keeping.queue.add(row);
  sendLine();
}

function sendLine() {
  clearTimeout(keeping.timer);
  if (keeping.sending || !keeping.queue.size) return;
  const [row] = keeping.queue;
  keeping.queue.delete(row);
  const fields = changedCells(row);
  if (!fields.length) return sendLine();
  const { line } = row.dataset;
  const values = { lu: JSON.stringify({ [line]: keeping.shown[line] ?? {} }), page: row.closest("[data-lines]").dataset.page };
  for (const field of fields) values[field.name] = field.value;
  if (isFresh(row)) values.new = line;
  keeping.sending = { row, typed: Object.fromEntries(fields.map((field) => [keyIn(field), field.value])) };
  htmx.ajax("POST", row.closest("[data-lines]").dataset.address, { source: row, swap: "none", values }).catch(() => {});
}

function lineAnswered({ target, detail }) {
  if (keeping.sending?.row !== target) return;
  const { row, typed } = keeping.sending;
  const { status } = detail.xhr;
  keeping.sending = null;
  if (status >= 200 && status < 300) {
    keeping.failures = 0;
    delete row.dataset.fresh;
    row.querySelector("[data-detail]")?.removeAttribute("hidden");
    keeping.shown[row.dataset.line] = { ...keeping.shown[row.dataset.line], ...typed };
    seeNow(row);
    for (const field of cellsIn(row)) {
      const now = keeping.shown[row.dataset.line][keyIn(field)];
      if (now !== undefined && field.value === typed[keyIn(field)]) field.value = now;
    }
    oneMore();
  } else if (status === 0 || status >= 500) {
    keeping.queue.add(row);
    keeping.timer = setTimeout(sendLine, 1000 * WAITS[Math.min(keeping.failures, WAITS.length - 1)]);
    keeping.failures += 1;
    return;
  } else if (status === 401 || status === 403) {
    keeping.queue.clear();
    return;
  } else seeNow(row);
  sendLine();
}

/** What the cells hold for everybody now: keeping again what was typed then replaces it. */
function seeNow(row) {
  const state = document.getElementById("etat-" + row.dataset.line);
  if (state?.dataset.now && !isFresh(row)) keeping.shown[row.dataset.line] = JSON.parse(state.dataset.now);
}

/** One more blank line, under an id of its own; nothing where the grid goes on on another page. */
function addRow() {
  const blank = document.querySelector("template[data-blank]");
  if (!blank) return false;
  const id = crypto.randomUUID();
  const made = document.createElement("table");
  made.innerHTML = blank.innerHTML.replaceAll("00000000-0000-0000-0000-000000000000", id);
  const row = made.rows[0];
  keeping.shown[id] = Object.fromEntries(cellsIn(row).map((field) => [keyIn(field), field.value]));
  table().tBodies[0].append(row);
  return true;
}

/** There is always a blank line to type in. */
function oneMore() {
  const last = lines().at(-1);
  if (!last || !isFresh(last) || changedCells(last).length) addRow();
}

/** A block pasted lower than the grid makes the lines it needs. */
function makeRoom({ detail }) {
  while (lines().length < detail.rows && addRow());
}

function tickAll({ target }) {
  if (target.id !== "f-all") return;
  for (const box of document.querySelectorAll("[data-lines] [name=tick]")) if (!isFresh(box.closest("tr"))) box.checked = target.checked;
}

let lastTicked = null;

/** Shift and a click tick all the lines between two. */
function tickBetween(event) {
  const box = event.target;
  if (box.name !== "tick") return;
  const boxes = [...document.querySelectorAll("[data-lines] [name=tick]")];
  const from = boxes.indexOf(lastTicked);
  if (event.shiftKey && from >= 0) {
    const [low, high] = [from, boxes.indexOf(box)].sort((a, b) => a - b);
    for (const each of boxes.slice(low, high + 1)) each.checked = box.checked;
  }
  lastTicked = box;
}

/** Alt and an arrow move the line one is in. */
function moveLine(event) {
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const row = event.target.closest("[data-lines] tr[data-line]");
  if (!row || isFresh(row)) return;
  event.preventDefault();
  for (const box of document.querySelectorAll("[data-lines] [name=tick]")) box.checked = box.closest("tr") === row;
  const act = event.key === "ArrowUp" ? "up" : "down";
  document.querySelector(`button[form=grille][name=do][value=${act}]`).click();
}

/** The whole form says what was shown too. */
function sendAll(event) {
  if (event.target.id !== "grille") return;
  event.target.elements.lu.value = JSON.stringify(keeping.shown);
  keeping.queue.clear();
  keeping.sending = null;
}

document.addEventListener("DOMContentLoaded", () => {
  const area = document.querySelector("[data-lines]");
  const form = document.getElementById("grille");
  if (!area || !form) return;
  keeping.shown = JSON.parse(form.elements.lu.value || "{}");
  area.addEventListener("change", (event) => {
    const row = event.target.closest("tr[data-line]");
    if (row && event.target.matches(".input[name]")) keepLine(row);
  });
  area.addEventListener("change", tickAll);
  area.addEventListener("click", tickBetween);
  area.addEventListener("keydown", moveLine);
  area.addEventListener("grid:room", makeRoom);
  form.addEventListener("submit", sendAll);
  document.addEventListener("htmx:afterRequest", lineAnswered);
  addEventListener("online", sendLine);
  addEventListener("beforeunload", (event) => {
    if (keeping.sending || keeping.queue.size) event.preventDefault();
  });
  document.getElementById(location.hash.slice(1))?.querySelector?.(".input")?.focus();
});
