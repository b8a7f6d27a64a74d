// The practice panel: stays open or closed, and refreshes after every change.

const WIDE = 1000; // pixels
const panel = document.querySelector("[data-practice-panel]");
const isWide = window.innerWidth >= WIDE;
const key = isWide ? "practice-panel" : "practice-panel-narrow";
const stored = window.localStorage.getItem(key);
panel.open = stored ? stored === "open" : isWide;

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
panel.addEventListener("htmx:load", () => {
  if (panel.querySelector("[data-check-result]")) panel.querySelector("#practice-check").scrollIntoView({ block: "nearest" });
});
