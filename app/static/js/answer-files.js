// Files of an answer leave one by one, each as the body of its own request: nothing spools on the way.
"use strict";

/** Sends one file; gives the server's sentence when it refuses. */
function sendFile(address, file, say) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("HX-Request", "true");
    const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) say(`${file.name} : ${Math.floor((100 * event.loaded) / event.total)} % envoyés`);
    });
    request.addEventListener("load", () => {
      if (request.status === 201) return resolve("");
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      resolve(page.body.textContent.trim().replace(/\s+/g, " ") || "Ce fichier n’a pas été accepté.");
    });
    request.addEventListener("error", () => resolve("La connexion est coupée : ce fichier n’est pas envoyé."));
    request.send(file);
  });
}

/** What was typed is saved with each change, so the page can be read again once the files are in. */
async function sendFiles(event) {
  const input = event.target.closest("input[data-upload]");
  if (!input || !input.files.length) return;
  event.stopPropagation();
  const line = input.closest(".line-files").querySelector("[data-upload-status]");
  const say = (words) => { line.textContent = words; };
  const refused = [];
  for (const file of input.files) {
    say(`${file.name} : envoi…`);
    const words = await sendFile(input.dataset.upload, file, say);
    if (words) refused.push(`${file.name} : ${words}`);
  }
  input.value = "";
  if (refused.length) say(refused.join(" "));
  else location.reload();
}

document.addEventListener("change", sendFiles, true);
