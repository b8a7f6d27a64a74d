// Choosing by radio button. A pointer and the space bar save at once. Arrow keys pass over grades, so a grade that they choose
// is saved by Space, Enter or leaving the row.
import { changeAttendance } from "./attendance.js";
import { changeGrade, sendOnLeaving } from "./queue.js";
import { rowOf, sheet } from "./rows.js";
import { choice, choose, endChoice, isChoosingIn, lastKey } from "./state.js";
import { dropNumber } from "./typed_number.js";

export function saveChoice() {
  if (!choice) return;
  const { grade } = choice;
  const row = endChoice();
  if (row) changeGrade(row, grade);
}

sheet.addEventListener("change", (event) => {
  if (event.target.name !== "grade") return;
  const row = rowOf(event.target);
  if (choice && !isChoosingIn(row)) saveChoice();
  if (lastKey.isArrow) return choose(row, event.target.value);
  if (choice) endChoice();
  changeGrade(row, event.target.value);
});

sheet.addEventListener("pointerdown", () => { lastKey.isArrow = lastKey.typedGrade = false; });

// After a moment: a row that is swapped loses the focus and gets it back.
sheet.addEventListener("focusout", () => {
  setTimeout(() => {
    const focused = document.activeElement;
    const isInside = document.hasFocus() && choice && focused.name === "grade" && isChoosingIn(rowOf(focused));
    if (!isInside) saveChoice();
    if (!sheet.contains(focused)) dropNumber();
  });
});

sheet.addEventListener("submit", (event) => {
  event.preventDefault();
  saveChoice();
  const row = rowOf(event.target);
  if (!event.submitter) return;
  if (event.submitter.matches("[data-reset]")) changeGrade(row, "");
  if (event.submitter.name === "attendance") changeAttendance(row, event.submitter);
});

window.addEventListener("pagehide", () => {
  saveChoice();
  sendOnLeaving();
});
