// Live updates of a page: #live is swapped when something has changed, #news asks whether it has.
import { clearStatusLater } from "./status.js";

const IDLE_AFTER = 60000; // milliseconds without a movement, a key or an update
const IDLE_INTERVAL = 10000; // milliseconds between two questions of an idle page
let activeAt = Date.now();
let askedAt = 0;
let isPressed = false;

export function refreshLive() {
  if (document.getElementById("live")) htmx.trigger("#live", "refresh");
}

document.addEventListener("gradereg:alerts-dismissed", refreshLive);

// Keep the stage of the page current.
document.body.addEventListener("htmx:afterSettle", () => {
  const head = document.querySelector("#sheet-head[data-stage]");
  if (head) document.querySelector("main").dataset.stage = head.dataset.stage;
  clearStatusLater();
});

// Skip swaps while a pointer is down: a link that goes away between press and release is not followed. The next update brings
// the same.
document.addEventListener("pointerdown", () => { isPressed = true; });
["pointerup", "pointercancel"].forEach((name) => {
  document.addEventListener(name, () => { setTimeout(() => { isPressed = false; }); });
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (isPressed && event.target.id === "live") event.detail.shouldSwap = false;
});

// An idle page asks less often, and a hidden one does not ask.
function setActive() {
  activeAt = Date.now();
}

["pointermove", "pointerdown", "keydown", "focus"].forEach((name) => {
  window.addEventListener(name, setActive, { capture: true, passive: true });
});
document.addEventListener("visibilitychange", setActive);
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "live") setActive(); // something has changed
  if (event.target.id !== "change-feed") return;
  const now = Date.now();
  if (document.hidden || (now - activeAt > IDLE_AFTER && now - askedAt < IDLE_INTERVAL)) event.preventDefault();
  else askedAt = now;
});
