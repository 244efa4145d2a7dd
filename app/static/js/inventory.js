// Ticks lines of a scenario all at once or by ranges (Maj + clic); the page works without this file.
"use strict";

let last = null;

document.addEventListener("click", (event) => {
  const box = event.target;
  if (box.type !== "checkbox" || box.name !== "lines") return;
  const boxes = [...document.querySelectorAll("input[name=lines]")];
  const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
  if (event.shiftKey && from >= 0) boxes.slice(from, to + 1).forEach((each) => { each.checked = box.checked; });
  last = box;
});
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-all]")) return;
  document.querySelectorAll("input[name=lines]").forEach((each) => { each.checked = event.target.checked; });
});
const show = () => document.querySelectorAll("[data-scripted]").forEach((each) => { each.hidden = false; });
document.addEventListener("DOMContentLoaded", show);
document.addEventListener("htmx:afterSettle", show);
