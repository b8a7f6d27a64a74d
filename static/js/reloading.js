// A reload that the server requests, because the whole page has changed: the reason is shown and spoken on the new page, and
// the focus returns to the same row.
import { announce } from "./announce.js";

const KEY = "reload-reason";

document.body.addEventListener("gradereg:reload", (event) => {
  const row = document.activeElement.closest("tr[id]");
  const kept = { path: window.location.pathname, sentence: event.detail.sentence, row: row ? row.id : "" };
  window.sessionStorage.setItem(KEY, JSON.stringify(kept));
});

function show({ sentence, row }) {
  const note = document.createElement("div");
  note.className = "note";
  note.textContent = sentence;
  note.dataset.reloaded = "";
  note.tabIndex = -1;
  document.getElementById("messages").append(note);
  const link = row && document.querySelector(`#${row} a`);
  if (!link) return note.focus(); // which speaks it
  link.focus();
  announce(sentence);
}

window.addEventListener("load", () => {
  const kept = JSON.parse(window.sessionStorage.getItem(KEY) || "null");
  window.sessionStorage.removeItem(KEY);
  if (kept && kept.path === window.location.pathname) setTimeout(() => show(kept));
});
