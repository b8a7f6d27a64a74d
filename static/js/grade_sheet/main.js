// The grade sheet by hand: what Final Grading loads where it lists candidates.
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

// On load: the browser itself scrolls to the row of the address first, and takes the focus from everything else.
window.addEventListener("load", () => {
  if (window.location.hash.startsWith("#c-")) goToRow(window.location.hash.slice(1), "center");
  observePlaceholders();
});
