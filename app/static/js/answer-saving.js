// What is typed in an answer stays on the device until the server has it, and is sent by itself.
// Each sending says what the page showed: what a colleague wrote meanwhile is never overwritten.
"use strict";

const AGAIN = [2, 5, 10, 20]; // seconds before each new attempt while nothing answers
const PATIENCE = 20000; // milliseconds given to one saving

const saving = {
  key: "", // of the copy kept on this device
  shown: {}, // field → text, as the server last gave or took it
  taken: new Set(), // fields filled from the last answer that nobody touched yet: never sent alone
  forced: new Set(), // fields sent although they show what is kept: a choice between two values
  queue: new Set(),
  sending: null, // the group on its way and what it carries
  failures: 0,
  timer: 0,
};

const groups = () => document.querySelectorAll("[data-answer] [data-save]");

/** The fields of a line or of the questions, by name; a radio group is its checked value. */
function valuesIn(group) {
  const found = {};
  for (const field of group.querySelectorAll("[name]")) {
    if (field.type === "radio") found[field.name] = field.checked ? field.value : (found[field.name] ?? "");
    else found[field.name] = field.value.replaceAll("\r\n", "\n");
  }
  return found;
}

/** Those that the server does not have yet. */
function changedIn(group) {
  const changed = {};
  for (const [name, value] of Object.entries(valuesIn(group))) {
    const differs = value !== (saving.shown[name] ?? "") && !saving.taken.has(name);
    if (differs || saving.forced.has(name)) changed[name] = value;
  }
  return changed;
}

function keptCopy() {
  try {
    return JSON.parse(localStorage.getItem(saving.key) || "{}");
  } catch {
    return {};
  }
}

/** Keeps a group's unsent fields on the device, each with what was shown when it was typed. */
function keep(group) {
  const copy = keptCopy();
  for (const name of Object.keys(valuesIn(group))) delete copy[name];
  for (const [name, value] of Object.entries(changedIn(group))) copy[name] = [saving.shown[name] ?? "", value];
  try {
    if (Object.keys(copy).length) localStorage.setItem(saving.key, JSON.stringify(copy));
    else localStorage.removeItem(saving.key);
  } catch {
    // A full or forbidden store: the page goes on without a copy.
  }
}

/** Puts back what an interrupted visit left. What is shown becomes what was shown then. */
function restore() {
  let restored = 0;
  for (const [name, [was, typed]] of Object.entries(keptCopy())) {
    const fields = document.querySelectorAll(`[data-answer] [name="${CSS.escape(name)}"]`);
    if (!fields.length || typed === (saving.shown[name] ?? "")) continue;
    saving.shown[name] = was;
    put(fields, typed);
    restored += 1;
  }
  return restored;
}

function put(fields, value) {
  for (const field of fields) {
    if (field.type === "radio") field.checked = field.value === value;
    else field.value = value;
  }
}

function save(group) {
  saving.queue.add(group);
  sendNext();
}

/** One group at a time: a pasted block of three hundred lines does not crowd the deposit of others. */
function sendNext() {
  clearTimeout(saving.timer);
  while (!saving.sending && saving.queue.size) {
    const [group] = saving.queue;
    saving.queue.delete(group);
    const typed = changedIn(group);
    if (!Object.keys(typed).length) continue;
    const read = {};
    for (const name of Object.keys(typed)) read[name] = saving.shown[name] ?? "";
    saving.sending = { group, typed };
    const values = { ...typed, lu: JSON.stringify(read) };
    htmx.ajax("POST", group.dataset.save, { source: group, swap: "none", values }).catch(() => {});
  }
}

function answered({ target, detail }) {
  if (saving.sending?.group !== target) return;
  const { group, typed } = saving.sending;
  const { status } = detail.xhr;
  saving.sending = null;
  if (status >= 200 && status < 300) {
    saving.failures = 0;
    for (const [name, value] of Object.entries(typed)) {
      saving.shown[name] = value;
      saving.forced.delete(name);
    }
    keep(group);
  } else if (status === 0 || status >= 500) {
    const wait = AGAIN[Math.min(saving.failures, AGAIN.length - 1)];
    saving.failures += 1;
    saving.queue.add(group);
    saving.timer = setTimeout(sendNext, 1000 * wait);
    return;
  } else if (status === 401 || status === 403) {
    saving.queue.clear(); // nothing more would be received before signing in again
    return;
  }
  sendNext();
}

/** Two people wrote in one cell: one of both is chosen, and only then replaces the other. */
function choose({ target }) {
  const button = target.closest("[data-choose]");
  if (!button) return;
  const { name, theirs, choose: whose } = button.dataset;
  const fields = document.querySelectorAll(`[data-answer] [name="${CSS.escape(name)}"]`);
  saving.shown[name] = theirs;
  if (whose === "theirs") put(fields, theirs);
  saving.forced.add(name);
  fields[0]?.focus();
  save(fields[0].closest("[data-save]"));
}

/** The whole form carries what was shown too; nothing leaves while the connection is cut. */
function submit(event) {
  if (event.target.id !== "offre") return;
  if (!navigator.onLine) {
    event.preventDefault();
    document.querySelector("[data-saved]")?.scrollIntoView({ block: "center" });
    return;
  }
  event.target.elements.lu.value = JSON.stringify(saving.shown);
  localStorage.setItem("draft-sent", saving.key);
}

function typed({ target, type }) {
  const group = target.closest?.("[data-save]");
  if (!group || !target.name) return;
  saving.taken.delete(target.name);
  keep(group);
  if (type === "change") save(group);
}

/** Missing cells are linked: the link gives the focus, not only the place. */
function goTo({ target }) {
  const link = target.closest("#manque a[href*='#'], .error-summary a[href*='#']");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  if (!field.matches("input, select, textarea")) return;
  setTimeout(() => field.focus());
}

document.addEventListener("DOMContentLoaded", () => {
  const answer = document.querySelector("[data-answer]");
  const form = document.getElementById("offre");
  if (!answer || !form) return;
  saving.key = "answer:" + answer.dataset.answer;
  saving.shown = JSON.parse(form.elements.lu.value || "{}");
  if ("taken" in answer.dataset) {
    for (const group of groups()) for (const name of Object.keys(changedIn(group))) saving.taken.add(name);
  }
  const restored = restore();
  if (restored) sayAutosave(answer, "Nous avons remis ce que vous aviez saisi avant la coupure.", false);
  for (const group of groups()) {
    keep(group);
    if (restored) saving.queue.add(group);
  }
  sendNext();
  answer.addEventListener("input", typed);
  answer.addEventListener("change", typed);
  answer.addEventListener("click", choose);
  document.addEventListener("click", goTo);
  document.addEventListener("submit", submit);
  document.addEventListener("htmx:beforeSend", ({ target, detail }) => {
    if (target === saving.sending?.group) detail.xhr.timeout = PATIENCE;
  });
  document.addEventListener("htmx:afterRequest", answered);
  addEventListener("online", sendNext);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") for (const group of groups()) save(group);
  });
});
