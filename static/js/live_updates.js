// Live updates of a page: #change-feed polls for changes, and #live is swapped after one.
import { announce } from "./announce.js";
import { clearStatusLater } from "./status.js";

const IDLE_AFTER = 60000; // milliseconds without a movement, a key or an update
const IDLE_INTERVAL = 10000; // milliseconds between two polls of an idle page
let activeAt = Date.now();
let askedAt = 0;
let hadConfirmed = document.querySelector("#sheet-head[data-confirmed='1']") !== null;

export function refreshLive() {
  if (document.getElementById("live")) htmx.trigger("#live", "refresh");
}

document.addEventListener("gradereg:alerts-dismissed", refreshLive);

// Keep the stage of the page current.
document.body.addEventListener("htmx:afterSettle", () => {
  const head = document.querySelector("#sheet-head[data-stage]");
  if (head) document.querySelector("main").dataset.stage = head.dataset.stage;
  // "You have confirmed" must not stay above "Grades changed after you confirmed".
  if (head?.dataset.confirmed === "0") document.getElementById("message-confirmed")?.remove();
  if (head) announceConfirmAgain(head.dataset.confirmed === "1");
  clearStatusLater();
});

// After the server's sentence, which names the cause.
function announceConfirmAgain(hasConfirmed) {
  if (hadConfirmed && !hasConfirmed) setTimeout(() => announce(document.querySelector("[data-confirm-again]")?.textContent));
  hadConfirmed = hasConfirmed;
}

// An idle page polls less often, and a hidden one never.
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
