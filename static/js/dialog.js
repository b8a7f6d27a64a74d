// The dialog of a page: a response for its body opens it; Escape and Done close it, and the focus returns to its opener.
import "./upload_result.js";
import { refreshLive } from "./live_updates.js";

const dialog = document.querySelector("dialog[data-dialog]");
let opener = null;

document.body.addEventListener("htmx:afterSwap", (event) => {
  const isBody = event.detail.target.id === "dialog-body";
  if (!isBody && !dialog.open) return;
  if (!dialog.open) {
    opener = event.detail.requestConfig.elt;
    dialog.showModal();
  }
  if (dialog.contains(document.activeElement) && !isBody) return;
  const first = dialog.querySelector("[data-focus]");
  if (first) first.focus();
});

document.addEventListener("click", (event) => {
  const closer = event.target.closest("[data-close-dialog]");
  if (!closer || !dialog.open || !dialog.contains(closer)) return;
  event.preventDefault();
  dialog.close();
});

dialog.addEventListener("close", () => {
  // An opener in a menu is hidden by now; the menu itself is not.
  const menu = opener && opener.closest("details");
  if (menu) menu.querySelector("summary").focus();
  dialog.querySelector("[data-alerts]").replaceChildren(); // they were shown while it was open
  refreshLive();
});
