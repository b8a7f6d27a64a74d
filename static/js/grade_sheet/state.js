// State that the server has not confirmed: changes being sent, and a grade chosen by the arrow keys.
import { announce } from "../announce.js";
import { checkedRadio, format, gradeLabel, rowById, sheet, showGrade, words } from "./rows.js";

const choiceLine = document.getElementById("chosen");
const heldRows = new Map(); // rows of live updates that arrived while a change was on its way, by id
export const queue = []; // changes without a response; the first one is being sent
export const lastKey = {
  isArrow: false, // it chose a grade
  completedNumber: false, // it completed a candidate number
  typedGrade: false, // it typed a grade, and the focus moved to the next row
};
export let choice = null; // the grade chosen by the arrow keys and not saved yet: { id, grade }
let undoable = []; // changes that can be undone, the newest last

const isPending = (id) => queue.some((change) => change.id === id) || (choice !== null && choice.id === id);

// Returns the grade that the row will have when every change is answered.
export function pendingGrade(row) {
  const changes = queue.filter((change) => change.id === row.id);
  return changes.length ? changes.at(-1).grade : row.dataset.grade;
}

// Shows the pending grade of a row, or the grade that the server sent last. The row may be gone.
export function render(row) {
  if (!row) return;
  const isChoosing = isChoosingIn(row);
  row.classList.toggle("is-choosing", isChoosing);
  if (isChoosing) return showGrade(row, choice.grade);
  const current = !isPending(row.id) && heldRows.has(row.id) ? swapHeldRow(row) : row;
  showGrade(current, pendingGrade(current));
  if (isPending(current.id)) current.setAttribute("aria-busy", "true");
  else current.removeAttribute("aria-busy");
}

function swapHeldRow(row) {
  const focusId = row.contains(document.activeElement) && document.activeElement.id;
  const held = heldRows.get(row.id);
  dropHeldRow(row.id);
  row.replaceWith(held);
  if (focusId) (document.getElementById(focusId) || checkedRadio(held) || held.querySelector("a")).focus();
  return held;
}

export function dropHeldRow(id) {
  heldRows.delete(id);
}

// Delay a live update of a row with a pending change: the response to the change has the current grade.
sheet.addEventListener("htmx:oobBeforeSwap", (event) => {
  const row = event.detail.target;
  if (row.tagName !== "TR" || !isPending(row.id)) return;
  event.detail.shouldSwap = false;
  heldRows.set(row.id, event.detail.fragment.firstElementChild);
});

export const isChoosingIn = (row) => choice !== null && choice.id === row.id;

// The sentence is spoken once: each further arrow key is heard as the radio button that it checks.
export function choose(row, grade) {
  const isFirst = !isChoosingIn(row);
  choice = { id: row.id, grade };
  render(row);
  const sentence = grade === pendingGrade(row) ? "" : words.chosen;
  choiceLine.textContent = format(sentence, { candidate: row.dataset.candidate, grade: gradeLabel(row, grade) });
  if (isFirst) announce(choiceLine.textContent);
}

// Forgets the choice without a change to what its row shows. Returns the row.
export function endChoice() {
  const row = rowById(choice.id);
  choice = null;
  choiceLine.textContent = "";
  if (row) row.classList.remove("is-choosing");
  return row;
}

// Forgets the choice. Returns its row, which shows its grade again.
export function discardChoice() {
  const row = endChoice();
  render(row);
  return row && rowById(row.id);
}

export const rememberForUndo = (change) => undoable.push(change);
export const lastUndoable = () => undoable.pop();
export function forgetUndo(changes) {
  undoable = undoable.filter((change) => !changes.includes(change));
}
