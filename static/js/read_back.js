// Reading back: keys turn the pages, and each candidate is announced.
import { announce } from "./announce.js";

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (event.target.closest("input, select, textarea, button, summary")) return;
  const link = document.getElementById(linkFor(event));
  if (!link) return;
  event.preventDefault();
  link.click();
});

// Returns the id of the link that a key follows, or "". Enter follows the link that has the focus, if any; the space bar only
// scrolls on a link that has no id.
function linkFor(event) {
  const control = event.target.closest("a");
  if (event.key === "ArrowLeft") return "previous";
  if (event.key === "ArrowRight" || (event.key === " " && (!control || control.id))) return "next";
  return event.key === "Enter" && !control ? "next" : "";
}

// The address follows, so that reloading shows the same candidate. The browser's history keeps no earlier page.
document.body.addEventListener("htmx:afterSettle", (event) => {
  const page = document.querySelector("[data-read-back]");
  if (event.detail.target.id !== page.id) return;
  history.replaceState(null, "", event.detail.pathInfo.requestPath);
  announce(page.querySelector("[data-read-back-text]").innerText);
  if (document.activeElement === document.body) (page.querySelector("#next") || page.querySelector("#previous")).focus();
});
