// Progressive enhancement: every page works without this file.
"use strict";

const PARIS_TIME = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris", hour: "2-digit", minute: "2-digit" });

/** The summary of errors takes the focus, so that it is read first. */
function focusErrors(root) {
  const summary = root.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

/** Small screens: the navigation folds behind a button, which only exists with this script. */
function foldMenu() {
  const button = document.querySelector("[data-menu]");
  if (!button) return;
  const masthead = button.closest("header");
  document.documentElement.classList.add("has-menu");
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = masthead.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
}

/** Says what is known of the saving of a form marked data-autosave. */
function sayAutosave(form, text, failed) {
  const line = form.querySelector("[data-saved]") ?? document.querySelector("[data-draft] [data-saved]");
  if (!line) return;
  line.textContent = text;
  line.classList.toggle("failed", failed);
}

/** Why what was typed is not saved, and what to do; it stays on the device. */
function sayUnsaved(form, status) {
  const later = "answer" in form.dataset ? "et partira dès que possible." : "sur cet appareil.";
  if (status === 0) return sayAutosave(form, `Pas encore enregistré : la connexion est coupée. Votre saisie reste ici, ${later}`, true);
  if (status >= 500) return sayAutosave(form, `Pas encore enregistré : le service ne répond pas. Votre saisie reste ici, ${later}`, true);
  if (status !== 401 && status !== 403) return sayAutosave(form, "Pas enregistré : corrigez ce qui est signalé.", true);
  sayAutosave(form, "Pas enregistré : vous n’êtes plus connecté. Votre saisie reste sur cet appareil. ", true);
  const way = Object.assign(document.createElement("a"), { textContent: "Se reconnecter et continuer" });
  way.href = status === 401 ? "/connexion?suite=" + encodeURIComponent(location.pathname) : location.href;
  form.querySelector("[data-saved]")?.append(way);
}

/** The server's own clock, as its answer's Date header tells it. */
function serverTime(request) {
  const date = request.getResponseHeader("Date");
  return PARIS_TIME.format(date ? new Date(date) : new Date()).replace(":", "\u00a0h\u00a0");
}

const draftKey = (form) => "draft:" + form.dataset.draft;

/** What was typed in a form marked data-draft stays on the device until the server has it. */
function keepDraft(form) {
  const typed = {};
  for (const field of form.elements) {
    if (!field.name || ["hidden", "file", "password", "submit", "button"].includes(field.type)) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      if (field.checked) (typed[field.name] ??= []).push(field.value);
    } else typed[field.name] = [field.value];
  }
  try {
    localStorage.setItem(draftKey(form), JSON.stringify(typed));
  } catch {
    // A full or forbidden store: the page goes on without a copy.
  }
}

const sending = new WeakMap();

/** Forgets the copy once the server has it, unless more was typed meanwhile. */
function dropDraft(form) {
  const key = draftKey(form);
  if (localStorage.getItem(key) === sending.get(form)) localStorage.removeItem(key);
}

/** A page that loads after a sending means the server answered: what it was sent is no longer a draft. */
function dropSentDraft() {
  const sent = localStorage.getItem("draft-sent");
  if (!sent) return;
  // The session had expired: nothing was received, the copy serves after signing in. That of an
  // answer goes only once its review shows: after a sending that failed, it is sent again.
  const received = sent.startsWith("answer:") ? location.pathname.endsWith("/relire") : !location.pathname.startsWith("/connexion");
  if (received) localStorage.removeItem(sent);
  localStorage.removeItem("draft-sent");
}

/** Puts back what an interrupted visit left, and says so. */
function restoreDraft(form) {
  let typed = null;
  try {
    typed = JSON.parse(localStorage.getItem(draftKey(form)) || "null");
  } catch {
    return;
  }
  if (!typed) return;
  for (const field of form.elements) {
    if (!field.name || !(field.name in typed)) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = typed[field.name].includes(field.value);
    else if (!["hidden", "file", "password"].includes(field.type)) field.value = typed[field.name][0];
  }
  sayAutosave(form, "Nous avons remis ce que vous aviez saisi avant la coupure.", false);
}

function watchNetwork() {
  const line = document.querySelector("[data-offline]");
  if (!line) return;
  const show = () => { line.hidden = navigator.onLine; };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}

/** A second press on a button that binds is useless: the act key makes it one act, this saves the wait. */
function pressOnce(event) {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  // A form saved as it is typed still sends itself whole; htmx sends the others in its place.
  if (form.method !== "post" || (form.hasAttribute("hx-post") && !form.hasAttribute("data-autosave"))) return;
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 5000);
  if (form.dataset.draft) localStorage.setItem("draft-sent", draftKey(form));
}

document.addEventListener("DOMContentLoaded", () => {
  foldMenu();
  watchNetwork();
  focusErrors(document);
  dropSentDraft();
  document.querySelectorAll("form[data-draft]").forEach(restoreDraft);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent));
document.addEventListener("submit", pressOnce);
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.dataset.draft) keepDraft(form);
});
document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form) return;
  if (form.dataset.draft) sending.set(form, localStorage.getItem(draftKey(form)));
  sayAutosave(form, "Enregistrement…", false);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest("[data-autosave]");
  if (!form) return;
  const { xhr } = event.detail;
  if (xhr.status >= 200 && xhr.status < 400) {
    sayAutosave(form, "Enregistré à " + serverTime(xhr), false);
    if (form.dataset.draft) dropDraft(form);
  } else sayUnsaved(form, xhr.status);
});
document.addEventListener("htmx:afterSwap", (event) => focusErrors(event.target));
