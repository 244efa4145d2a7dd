// Tests the device a supplier will answer from, and sends the rehearsal's photographs one by one.
"use strict";

/** Posts bytes, which the server hashes and forgets; gives its JSON, or its sentence when refused. */
async function tryFile(body, name, query = "") {
  const headers = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const answer = await fetch(`/essai/fichier${query}`, {
    method: "POST",
    headers: { ...headers, "X-File-Name": encodeURIComponent(name), "HX-Request": "true", "Content-Type": "application/octet-stream" },
    body,
  });
  if (answer.ok) return answer.json();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const words = (page.querySelector("p") || page.body).textContent.trim();
  throw new Error(words || "Ce fichier n’a pas été accepté.");
}

/** Shows what a check has found. */
function tell(name, passed, words) {
  const item = document.querySelector(`[data-check="${name}"]`);
  const tag = document.querySelector(passed ? "[data-tag-passed]" : "[data-tag-warning]");
  item.querySelector("[data-tag]").replaceChildren(tag.content.cloneNode(true));
  item.querySelector("[data-words]").textContent = words;
}

function testStorage() {
  try {
    localStorage.setItem("essai", "essai");
    const kept = localStorage.getItem("essai") === "essai";
    localStorage.removeItem("essai");
    return kept;
  } catch {
    return false;
  }
}

/** The bytes the server knows: printable characters, again and again. */
function sample(size) {
  return Uint8Array.from({ length: size }, (_, n) => 32 + (n % 95));
}

async function testUpload(page) {
  const sentAt = Date.now();
  try {
    const found = await tryFile(sample(Number(page.dataset.size)), "essai.txt");
    const seconds = (Date.now() - sentAt) / 1000;
    const whole = found.sha256 === page.dataset.sha256;
    const time = seconds.toLocaleString("fr-FR", { maximumFractionDigits: 1 });
    tell("upload", whole, whole ? `Un fichier de 262 ko est arrivé entier, en ${time} seconde${seconds >= 2 ? "s" : ""}.`
      : "Le fichier est arrivé abîmé : un antivirus ou un relais de votre réseau le modifie. Essayez d’un autre réseau.");
    testClock(found.now - (sentAt + Date.now()) / 2);
  } catch {
    tell("upload", false, "Le fichier n’est pas parti. Vérifiez votre connexion, ou essayez d’un autre réseau.");
  }
}

/** `ahead`: milliseconds the server's clock is ahead of the device's. */
function testClock(ahead) {
  const seconds = Math.round(Math.abs(ahead) / 1000);
  const size = seconds < 120 ? `${seconds} secondes` : `${Math.round(seconds / 60)} minutes`;
  tell("clock", seconds <= 60, seconds <= 60 ? "L’heure de cet appareil est juste. Seule la nôtre compte, affichée près de chaque date limite."
    : `Cet appareil ${ahead > 0 ? "retarde" : "avance"} de ${size}. Seule notre heure compte, affichée près de chaque date limite.`);
}

const equipment = document.querySelector("[data-equipment]");
if (equipment) {
  tell("script", true, "JavaScript est actif : vos réponses s’enregistreront au fur et à mesure.");
  const kept = testStorage();
  tell("storage", kept, kept ? "Ce que vous tapez sera gardé sur l’appareil si le réseau coupe."
    : "La mémoire du navigateur est bloquée (navigation privée ?) : si le réseau coupe, ce que vous venez de taper peut se perdre.");
  testUpload(equipment);
}

document.addEventListener("change", async (event) => {
  const input = event.target.closest("input[data-photo]");
  if (!input || !input.files.length) return;
  const [file] = input.files;
  const line = document.querySelector(`[data-photo-status="${input.dataset.photo}"]`);
  line.textContent = `${file.name} : envoi…`;
  try {
    const found = await tryFile(file, file.name, "?photo=1");
    input.form.elements[input.dataset.photo].value = found.photo;
    line.textContent = `${found.name} : reçue entière.`;
  } catch (error) {
    line.textContent = `${file.name} : ${error.message}`;
  }
  input.value = "";
});
