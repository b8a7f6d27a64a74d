// The practice panel: stays open or closed, and refreshes after every change.

import "./countdown.js";
import "./practice_progress.js";
import { announce } from "./announce.js";

const WIDE = 1000; // pixels
const panel = document.querySelector("[data-practice-panel]");
const isWide = window.innerWidth >= WIDE;
const key = isWide ? "practice-panel" : "practice-panel-narrow";
const stored = window.localStorage.getItem(key);
// On a phone the open panel would cover the form that its own link leads to.
const isCovering = !isWide && document.querySelector("[data-fold-panel]");
panel.open = !isCovering && (stored ? stored === "open" : isWide);

panel.querySelector("summary").addEventListener("click", () => {
  window.localStorage.setItem(key, panel.open ? "folded" : "open");
});

const isChange = (request) => request && request.verb !== "get" && !request.elt.closest("#practice-body");
const refresh = () => htmx.trigger("#practice-body", "refresh");

// The change makes the result of Check outdated.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (!isChange(event.detail.requestConfig)) return;
  panel.querySelectorAll("[data-check-result]").forEach((result) => result.remove());
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (isChange(event.detail.requestConfig)) refresh();
});

// Refresh when the person returns from another program.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) refresh();
});

// The result of Check is shown above its button, and may be taller than the rest of the panel.
panel.addEventListener("htmx:load", (event) => {
  const result = panel.querySelector("[data-check-result]");
  if (!result || event.target.id !== "practice-body") return;
  announce(result.textContent);
  panel.querySelector("#practice-check").scrollIntoView({ block: "nearest" });
});

// A click that leaves the page open may have started a download, and a task may wait for it.
document.querySelector("main").addEventListener("click", (event) => {
  if (!event.target.closest("a[href]")) return;
  [600, 2000].forEach((delay) => setTimeout(refresh, delay)); // milliseconds
});

// A dialog keeps people from the panel, so it gets the notes too.
document.body.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.detail.target.id === "dialog-body" && event.detail.target.closest("dialog");
  const notes = panel.querySelector("[data-notes]");
  if (!dialog || !notes || dialog.querySelector(".dialog-notes")) return;
  const copy = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = notes.querySelector("h3").textContent;
  copy.className = "dialog-notes";
  copy.append(summary, ...Array.from(notes.querySelectorAll("table"), (table) => table.cloneNode(true)));
  dialog.prepend(copy);
});
