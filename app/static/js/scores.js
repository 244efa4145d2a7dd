// Scoring by keyboard, and each refused value told beside its field; the page works without it.
"use strict";

/** Enter goes from a mark to its reason, Ctrl + Enter to the next mark. */
function move(event) {
  const form = event.target.closest?.("[data-scores]");
  if (!form || event.key !== "Enter") return;
  const onward = event.ctrlKey || event.metaKey;
  if (!onward && event.target.tagName !== "INPUT") return;
  const fields = [...form.querySelectorAll("input[type=text], textarea")];
  const next = fields.slice(fields.indexOf(event.target) + 1);
  const wanted = onward ? next.find((field) => field.tagName === "INPUT") : next[0];
  event.preventDefault();
  wanted?.focus();
  wanted?.select();
}

/** What the saving refused, by field. */
function told(form, errors) {
  form.querySelectorAll("[data-told]").forEach((said) => {
    said.previousElementSibling?.querySelector("input")?.removeAttribute("aria-invalid");
    said.remove();
  });
  for (const [name, text] of Object.entries(errors)) {
    const field = form.elements[name];
    if (!field) continue;
    field.setAttribute("aria-invalid", "true");
    const said = Object.assign(document.createElement("p"), { className: "error", textContent: text });
    said.dataset.told = "";
    field.closest(".field").after(said);
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-scripted]").forEach((one) => { one.hidden = false; });
});
document.addEventListener("keydown", move);
document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  if (!target.matches("[data-scores]")) return;
  const { status, responseText } = detail.xhr;
  if (status === 422) told(target, JSON.parse(responseText));
  else if (status < 400) told(target, {});
});
