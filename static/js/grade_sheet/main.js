// The modules of Final Grading if it lists candidates.
import "./keyboard.js";
import { addUnsavedCheck } from "../session.js";
import { firstUngradedId, goToRow, observePlaceholders } from "./chunks.js";
import { changeGrade } from "./queue.js";
import { rowOf, sheet } from "./rows.js";
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

// ? shows the keys.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input:not([type=radio]), textarea, select")) return;
  const keys = document.querySelector("details.keys");
  if (!keys) return;
  keys.open = !keys.open;
  if (keys.open) keys.scrollIntoView({ block: "nearest" });
});

// Save what was chosen before this script ran. Browsers restore no choices: the forms have autocomplete="off".
for (const radio of sheet.querySelectorAll("[name=grade]:checked")) {
  if (!radio.defaultChecked) changeGrade(rowOf(radio), radio.value);
}

addUnsavedCheck(() => Boolean(queue.length || hasUnsent() || choice));

// On load, because the browser first scrolls to the row in the address and resets the focus.
window.addEventListener("load", () => {
  if (window.location.hash.startsWith("#c-")) goToRow(window.location.hash.slice(1), "center");
  observePlaceholders();
});
