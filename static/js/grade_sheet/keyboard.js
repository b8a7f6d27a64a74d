// Keys on the grade sheet: digits type a candidate number, letters type grades, arrows move.
import { firstUnread, focusAlert } from "../alerts.js";
import { allCandidates, goToRow, isLoading, nextRowId } from "./chunks.js";
import { changeGrade, showStatus, undo } from "./queue.js";
import { saveChoice } from "./radio_groups.js";
import { announce } from "../announce.js";
import { focusRow, format, isEditable, rowById, rowOf, sheet, words } from "./rows.js";
import { discardChoice, endChoice, isChoosingIn, lastKey } from "./state.js";
import { addDigit, clearNumber, dropNumber, endNumber, isTyping, removeDigit } from "./typed_number.js";

const grades = JSON.parse(words.keys); // by key, in upper case
let waitingKeys = []; // pressed while a chunk was being loaded
let isSpaceHandled = false; // whether the space bar is down and was handled

// The row is heard when it gets the focus, so its number is only announced if it has the focus already.
function goToNumber(number) {
  if (!number) return number;
  const { id } = allCandidates().find((candidate) => candidate.number === number);
  const row = rowOf(document.activeElement);
  if (row && row.id === id) announce(format(words.here, { number }));
  goToRow(id, "center");
  return number;
}

// Ends the number that is being typed. Returns its row, which has the focus now, or nothing if it is not on the list.
function goToTypedNumber() {
  return goToNumber(endNumber()) && rowOf(document.activeElement);
}

function moveFocus(row, key) {
  const isEdge = key === "Home" || key === "End";
  const id = isEdge ? allCandidates().at(key === "Home" ? 0 : -1).id : nextRowId(row, key === "ArrowDown");
  dropNumber();
  if (id) return goToRow(id);
  focusRow(row); // on the grade that was typed
  showStatus(format(key === "ArrowDown" ? words.last : words.first, { number: row.dataset.candidate }));
}

function setGrade(focusedRow, grade, key) {
  const row = isTyping() ? goToTypedNumber() : focusedRow;
  if (isLoading()) return waitingKeys.push(key);
  if (!row || !isEditable(row)) return;
  if (isChoosingIn(row)) endChoice();
  changeGrade(row, grade, { isTyped: true });
  moveFocus(rowById(row.id), "ArrowDown");
  lastKey.typedGrade = true;
}

function removeGrade(row, key, isRepeated) {
  if (isTyping()) {
    if (key === "Backspace") removeDigit();
    return;
  }
  if (isRepeated || !isEditable(row)) return;
  if (isChoosingIn(row)) endChoice();
  changeGrade(row, "");
}

// Handles a key that was pressed in a row. Returns whether it was one of the sheet's keys.
function handleKey(row, key, isRepeated) {
  const grade = grades[key.toUpperCase()];
  const isEntry = /^[0-9]$/.test(key) || Boolean(grade);
  const isEnd = key === "Enter" || key === " ";
  // Ignore repeats of a key that is kept down.
  if (isRepeated && (isEntry || (isEnd && (isTyping() || lastKey.completedNumber)))) return true;
  if (isLoading()) return waitingKeys.push(key) > 0;
  const { completedNumber, typedGrade } = lastKey;
  lastKey.completedNumber = lastKey.typedGrade = false;
  if (isEntry && firstUnread()) focusAlert();
  else if (grade) setGrade(row, grade, key);
  else if (isEntry) lastKey.completedNumber = Boolean(goToNumber(addDigit(key)));
  else if (["ArrowUp", "ArrowDown", "Home", "End"].includes(key)) moveFocus(row, key);
  else if ((key === "Delete" || key === "Backspace") && typedGrade) undo(); // not the grade of the next row
  else if (key === "Delete" || key === "Backspace") removeGrade(row, key, isRepeated);
  else if (isEnd && isTyping()) goToTypedNumber();
  else if (isEnd && (completedNumber || typedGrade)) lastKey.typedGrade = typedGrade; // separates entries, as on paper
  else if (isEnd && isChoosingIn(row)) saveChoice();
  else if (key === "Escape" && isTyping()) clearNumber();
  else if (key === "Escape" && isChoosingIn(row)) focusRow(discardChoice());
  else if (/^\p{L}$/u.test(key)) showStatus(format(words.noGrade, { key: key.toUpperCase() }));
  else return isTyping() && (key === "ArrowLeft" || key === "ArrowRight");
  return true;
}

sheet.addEventListener("gradereg:row-loaded", (event) => {
  const row = event.detail;
  const keys = waitingKeys;
  waitingKeys = [];
  if (row) keys.forEach((key) => handleKey(rowOf(document.activeElement) || rowById(row.id), key));
});

sheet.addEventListener("keydown", (event) => {
  lastKey.isArrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
  const row = rowOf(event.target);
  if (!row || event.altKey || event.isComposing) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.shiftKey || event.key.toLowerCase() !== "z") return;
    if (!event.repeat) undo();
  } else if (!handleKey(row, event.key, event.repeat)) return;
  event.preventDefault();
  isSpaceHandled = event.key === " ";
});

// Some browsers click with the space bar when it is released.
sheet.addEventListener("keyup", (event) => {
  if (event.key !== " " || !isSpaceHandled) return;
  isSpaceHandled = false;
  event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && isTyping()) clearNumber();
});
