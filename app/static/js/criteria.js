// Adds up the points while they are typed, family by family; the server checks them all the same.
"use strict";

/** Points typed the French way, in hundredths; nothing where it is not a number. */
function points(text) {
  const value = Number(text.replace(/[\s\u00a0\u202f%]/g, "").replace(",", "."));
  return Number.isFinite(value) ? Math.round(value * 100) : 0;
}

/** Hundredths as people read them. */
function written(hundredths) {
  return (hundredths / 100).toLocaleString("fr-FR", { maximumFractionDigits: 2 });
}

function addUp(form) {
  const sums = new Map();
  let total = 0;
  for (const field of form.querySelectorAll("input[name$='.weight']")) {
    const row = field.name.replace(/weight$/, "");
    if (form.elements[`${row}remove`]?.checked) continue;
    const family = form.elements[`${row}family`]?.value || "";
    const typed = points(field.value);
    total += typed;
    sums.set(family, (sums.get(family) || 0) + typed);
  }
  form.querySelector("[data-total]").textContent = written(total);
  const said = total === 10000 ? [] : [`Le total fait ${written(total)} : il faut 100.`];
  for (const cell of form.querySelectorAll("td[data-family]")) {
    const { family, name, low, high } = cell.dataset;
    const sum = sums.get(family) || 0;
    cell.textContent = written(sum);
    if (sum < low * 100 || sum > high * 100) {
      said.push(`${name} pèse ${written(sum)} : l’avis annonce de ${written(low * 100)} à ${written(high * 100)}.`);
    }
  }
  form.querySelector("[data-total-said]").textContent = said.join(" ");
}

const criteria = document.querySelector("form[action$='/criteria']");
criteria.addEventListener("input", () => addUp(criteria));
criteria.addEventListener("change", () => addUp(criteria));
