// The grid of an answer on a wide screen: arrows, Enter, copy down, a block pasted from a spreadsheet.
// Fields change as if typed: answer-saving.js then saves each line.
"use strict";

const wide = matchMedia("(min-width: 40rem)");
const YES = ["oui", "o", "yes", "y", "x", "vrai", "true", "1", "ok", "✓", "✔"];
const NO = ["non", "n", "no", "faux", "false", "0"];

const plainText = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/\s+/g, " ").trim().toLowerCase();
const keyOf = (field) => field.name.slice(field.name.indexOf(".") + 1);
const rowsOf = (grid) => [...grid.tBodies[0].rows];
const fieldsOf = (row) => [...row.querySelectorAll(".input[name]")];
const inColumn = (row, key) => fieldsOf(row).find((field) => keyOf(field) === key);
const said = (field) => document.querySelector(`label[for="${CSS.escape(field.id)}"]`)?.textContent ?? field.name;

/** The field above or below, in the same column. */
function beside(field, step) {
  const row = field.closest("tr");
  const rows = rowsOf(row.closest("table"));
  const there = rows[rows.indexOf(row) + step];
  return there && inColumn(there, keyOf(field));
}

function enterField(field) {
  field.focus();
  if (field.select && field.type !== "date") field.select();
}

/** Up and down change a list's choice or a date; in a long text they move between its lines first. */
function leavesByArrow(field, step) {
  if (field.tagName === "SELECT" || field.type === "date") return false;
  if (field.tagName !== "TEXTAREA") return true;
  const { value, selectionStart } = field;
  return step < 0 ? !value.slice(0, selectionStart).includes("\n") : !value.slice(selectionStart).includes("\n");
}

function onKey(event) {
  const field = event.target;
  if (!field.matches("[data-grid] .input") || event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    if (!wide.matches && field.tagName === "TEXTAREA") return;
    event.preventDefault(); // Enter never sends the form from a cell
    const fields = fieldsOf(field.closest("tr"));
    const next = wide.matches ? beside(field, 1) : fields[fields.indexOf(field) + 1];
    if (next) enterField(next);
    else field.blur();
  } else if (!wide.matches) return;
  else if (["ArrowUp", "ArrowDown"].includes(event.key) && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
    const step = event.key === "ArrowUp" ? -1 : 1;
    const next = leavesByArrow(field, step) && beside(field, step);
    if (!next) return;
    event.preventDefault();
    enterField(next);
  } else if (event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    copyDown(field);
  }
}

let before = []; // [field, value] of the last change made at once

/** Changes several fields as if typed, and offers to undo it. */
function fill(changes, words) {
  before = changes.map(([field]) => [field, field.value]);
  for (const [field, value] of changes) field.value = value;
  for (const [field] of changes) field.dispatchEvent(new Event("change", { bubbles: true }));
  tell(words, before.length > 0);
}

function tell(words, undoable) {
  const line = document.querySelector("[data-told]");
  line.textContent = words + " ";
  line.hidden = !words;
  if (!undoable) return;
  const undo = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: "Annuler" });
  undo.addEventListener("click", () => fill(before, "C’est annulé."));
  line.append(undo);
}

/** The value goes to the empty cells below; what is already filled stays as it is. */
function copyDown(field) {
  const rows = rowsOf(field.closest("table"));
  const below = rows.slice(rows.indexOf(field.closest("tr")) + 1).map((row) => inColumn(row, keyOf(field)));
  const changes = field.value ? below.filter((one) => one && !one.value).map((one) => [one, field.value]) : [];
  if (!field.value) tell("Cette case est vide : il n’y a rien à copier.", false);
  else if (!changes.length) tell("Aucune case vide au-dessous.", false);
  else fill(changes, `Copié dans ${changes.length} case${changes.length > 1 ? "s" : ""} vide${changes.length > 1 ? "s" : ""}.`);
}

/** A small button under each heading copies the first value of its column. */
function addButtons(grid) {
  for (const heading of grid.querySelectorAll("th[data-column]")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button-link note", textContent: "Copier vers le bas" });
    button.title = "Copie la première case remplie dans les cases vides au-dessous (dans une case : Ctrl + D)";
    button.addEventListener("click", () => {
      const fields = rowsOf(grid).map((row) => inColumn(row, heading.dataset.column));
      const first = fields.find((field) => field?.value);
      if (first) copyDown(first);
      else tell("Cette colonne est vide : remplissez d’abord une case.", false);
    });
    heading.append(button);
  }
}

/** Rows and cells of a text copied from a spreadsheet: tabulations, quotes around line ends. */
function cellsOf(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = rows[rows.length - 1];
    if (sign === '"' && (quoted || row[row.length - 1] === "")) {
      if (quoted && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
      else quoted = !quoted;
    } else if (sign === "\t" && !quoted) row.push("");
    else if (sign === "\n" && !quoted) rows.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  if (rows.length > 1 && rows[rows.length - 1].join("") === "") rows.pop();
  return rows;
}

/** What a pasted text becomes in a field; null when it does not fit. */
function fitted(field, text) {
  const value = text.trim();
  if (!value) return "";
  if (field.tagName === "SELECT") {
    const options = [...field.options].map((option) => option.value);
    const same = options.find((option) => plainText(option) === plainText(value));
    if (same !== undefined) return same;
    if (options.includes("oui") && YES.includes(plainText(value))) return "oui";
    return options.includes("non") && NO.includes(plainText(value)) ? "non" : null;
  }
  if (field.type === "date") {
    const parts = /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4}|\d{2})$/.exec(value);
    const day = parts ? `${parts[3].padStart(4, "20")}-${parts[2].padStart(2, "0")}-${parts[1].padStart(2, "0")}` : value;
    return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : null;
  }
  if ("figure" in field.dataset) return /^\d[\d\s\u00a0\u202f]*([.,]\d+)?\s*[€%]?$/.test(value) ? value : null;
  return value;
}

function onPaste(event) {
  const from = event.target;
  if (!wide.matches || !from.matches("[data-grid] .input")) return;
  const text = event.clipboardData.getData("text/plain");
  if (!/\t|\n./.test(text.trim())) return; // one cell: the browser pastes it
  event.preventDefault();
  const grid = from.closest("table");
  const first = rowsOf(grid).indexOf(from.closest("tr"));
  const pasted = cellsOf(text);
  grid.dispatchEvent(new CustomEvent("grid:room", { bubbles: true, detail: { rows: first + pasted.length } }));
  const rows = rowsOf(grid).slice(first);
  const column = fieldsOf(from.closest("tr")).indexOf(from);
  const changes = [];
  const refused = [];
  let outside = 0;
  pasted.forEach((cells, down) => cells.forEach((typed, right) => {
    const field = rows[down] && fieldsOf(rows[down])[column + right];
    const value = field ? fitted(field, typed) : null;
    if (!field) outside += typed.trim() ? 1 : 0;
    else if (value === null) refused.push(`${said(field)} : « ${typed.trim().slice(0, 40)} » ne convient pas`);
    else if (value !== field.value) changes.push([field, value]);
  }));
  const words = [`${changes.length} case${changes.length > 1 ? "s" : ""} collée${changes.length > 1 ? "s" : ""}.`];
  if (refused.length) words.push(`${refused.slice(0, 3).join(" ; ")}${refused.length > 3 ? ` ; et ${refused.length - 3} de plus` : ""}.`);
  if (outside) words.push(`${outside} valeur${outside > 1 ? "s" : ""} hors de la grille, laissée${outside > 1 ? "s" : ""} de côté.`);
  fill(changes, words.join(" "));
}

/** A grade's picture touched is that grade chosen. */
function onPick(event) {
  const picked = event.target.closest("[data-pick]");
  const field = picked && document.getElementById(picked.dataset.field);
  if (!field) return;
  field.value = picked.dataset.pick;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("DOMContentLoaded", () => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  addButtons(grid);
  document.addEventListener("keydown", onKey);
  document.addEventListener("paste", onPaste);
  document.addEventListener("click", onPick);
});
