// Files of an answer leave one by one, each as the body of its own request: nothing spools on the way.
// The page stays: a bar for each file, the list refreshed as a piece, a cut connection tried again.
"use strict";

const uploads = { waiting: [], sending: null, timer: 0 };

/** A file shown on its line while it leaves: its name, a bar, a sentence, buttons. */
function lineOf(file, place) {
  const item = document.createElement("li");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0 });
  const words = document.createElement("span");
  words.setAttribute("role", "status");
  bar.setAttribute("aria-label", file.name);
  item.append(file.name, bar, words);
  place.querySelector("[data-sending]").append(item);
  return { item, bar, words };
}

function addFiles(input) {
  const place = input.closest("[data-uploads]");
  for (const file of input.files) {
    uploads.waiting.push({ file, place, to: input.dataset.upload, ...lineOf(file, place) });
  }
  input.value = "";
  sendNextFile();
}

function sendNextFile() {
  clearTimeout(uploads.timer);
  if (uploads.sending || !uploads.waiting.length) return;
  const one = uploads.waiting.shift();
  uploads.sending = one;
  const request = new XMLHttpRequest();
  request.open("POST", one.to);
  request.setRequestHeader("X-File-Name", encodeURIComponent(one.file.name));
  request.setRequestHeader("Content-Type", "application/octet-stream");
  request.setRequestHeader("HX-Request", "true");
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
  one.words.textContent = " envoi…";
  request.upload.addEventListener("progress", (event) => {
    if (!event.lengthComputable) return;
    one.bar.value = event.loaded / event.total;
    one.words.textContent = event.loaded === event.total ? " vérification…" : ` ${Math.floor(100 * one.bar.value)} %`;
  });
  request.addEventListener("load", () => fileAnswered(one, request));
  request.addEventListener("error", () => fileCut(one));
  request.send(one.file);
}

function fileAnswered(one, request) {
  uploads.sending = null;
  if (request.status === 201) {
    one.item.remove();
    refresh(one.place);
  } else if (request.status === 0 || request.status >= 502) return fileCut(one);
  else fileRefused(one, sentenceIn(request));
  sendNextFile();
}

/** The server's own sentence, from the piece of page that says it. */
function sentenceIn(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const said = page.querySelector(".lead") ?? page.body;
  return said.textContent.trim().replace(/\s+/g, " ") || "Ce fichier n’a pas été accepté.";
}

function fileRefused(one, sentence) {
  one.bar.remove();
  one.words.textContent = ` n’est pas joint. ${sentence} `;
  one.words.className = "error";
  one.item.append(button("Fermer", () => one.item.remove()));
}

/** Nothing is lost: the file waits here, and leaves again by itself or when asked. */
function fileCut(one) {
  uploads.sending = null;
  one.bar.value = 0;
  one.words.textContent = " connexion coupée : la photo ou le document attend ici et repartira. ";
  uploads.waiting.unshift(one);
  if (!one.again) {
    one.again = button("Réessayer", sendNextFile);
    one.item.append(one.again);
  }
  clearTimeout(uploads.timer);
  uploads.timer = setTimeout(sendNextFile, 5000);
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "button-link", textContent: text });
  made.addEventListener("click", act);
  return made;
}

/** The list, the state of the line and what is missing, as the server has them now. */
function refresh(place) {
  htmx.ajax("GET", place.dataset.place, { source: place, swap: "none" }).catch(() => {});
}

function removeFile(event) {
  const pressed = event.target.closest("[data-remove]");
  if (!pressed) return;
  event.preventDefault();
  const place = pressed.closest("[data-uploads]");
  pressed.disabled = true;
  htmx.ajax("POST", pressed.getAttribute("formaction"), { source: place, swap: "none" })
    .catch(() => {})
    .finally(() => { pressed.disabled = false; place.querySelector("input[type=file]")?.focus(); });
}

document.addEventListener("DOMContentLoaded", () => {
  for (const label of document.querySelectorAll("[data-uploads] label[hidden]")) label.hidden = false;
  document.addEventListener("change", (event) => {
    if (event.target.matches("input[data-upload]") && event.target.files.length) addFiles(event.target);
  });
  document.addEventListener("click", removeFile);
  addEventListener("online", sendNextFile);
  addEventListener("beforeunload", (event) => {
    if (uploads.sending || uploads.waiting.length) event.preventDefault();
  });
});
