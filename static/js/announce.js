// Sentences for screen readers. The regions are on the page before they are filled, and each sentence is added, so none
// replaces another that is not spoken yet.

const KEPT = 15000; // milliseconds
export const LOADED = 500; // milliseconds after which screen readers know the regions of a new page

// A dialog makes the rest of the page silent, so it has its own regions.
function region(isUrgent) {
  const name = isUrgent ? "[data-spoken-now]" : "[data-spoken]";
  return document.querySelector(`dialog[open] ${name}`) || document.querySelector(name);
}

export function announce(sentence, { isUrgent = false } = {}) {
  const text = (sentence || "").replace(/\s+/g, " ").trim();
  if (!text) return;
  const line = document.createElement("p");
  line.textContent = text;
  region(isUrgent).append(line);
  setTimeout(() => line.remove(), KEPT);
}

// The server's sentences, and the messages of a new page or a swapped part.
document.body.addEventListener("gradereg:spoken", (event) => event.detail.sentences.forEach((sentence) => announce(sentence)));

const announced = new Set(); // messages, each once

function announceMessages() {
  document.querySelectorAll("[data-announce]").forEach(({ textContent }) => {
    if (!announced.has(textContent)) announce(textContent);
    announced.add(textContent);
  });
}

window.addEventListener("load", () => setTimeout(announceMessages, LOADED));
document.body.addEventListener("htmx:afterSettle", announceMessages);
