// The modules of Final Grading if it lists candidates.
import "./keyboard.js";
import { addUnsavedCheck } from "../session.js";
import { firstUngradedId, goToRow, observePlaceholders } from "./chunks.js";
import { choice, pendingGrade, queue } from "./state.js";
import { clearNumber } from "./typed_number.js";
import { hasUnsent } from "./unsent.js";

const start = document.getElementById("type-grades");
if (start) {
  start.addEventListener("click", () => {
    clearNumber();
    goToRow(firstUngradedId((row) => !pendingGrade(row)), "center");
  });
}

addUnsavedCheck(() => Boolean(queue.length || hasUnsent() || choice));

// On load, because the browser first scrolls to the row in the address and resets the focus.
window.addEventListener("load", () => {
  if (window.location.hash.startsWith("#c-")) goToRow(window.location.hash.slice(1), "center");
  observePlaceholders();
});
