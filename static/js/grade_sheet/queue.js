// The queue of changes: each choice of a grade is a change, and changes are sent one at a time, in their order. Without this
// script the rows are ordinary forms.
import { addUnsaved, failureSentence, showAlert, words as alertWords } from "../alerts.js";
import { sessionProblem } from "../session.js";
import { clearStatusLater, setStatus } from "../status.js";
import { focusRow, format, gradeLabel, rowById, sheet, words } from "./rows.js";
import {
  choice, discardChoice, dropHeldRow, forgetUndo, lastKey, lastUndoable, pendingGrade, queue, rememberForUndo, render,
} from "./state.js";
import { addUnsent, hasUnsent, keepUnsent, stopTyping } from "./unsent.js";

const NOT_REACHED = [0, 502, 503, 504]; // statuses of responses that do not come from the register
let isLeaving = false;

// Gives a row another grade, or none if `grade` is "". `undone` is the change that this one undoes.
export function changeGrade(row, grade, { isTyped = false, undone = null } = {}) {
  const before = pendingGrade(row);
  if (grade === before) return render(row);
  const change = {
    id: row.id,
    candidate: row.dataset.candidate,
    name: row.dataset.candidate + " " + (grade ? gradeLabel(row, grade) : words.without),
    address: row.querySelector(grade ? "[name=grade]" : "[data-reset]").form.action,
    grade,
    before,
    fields: undone ? { expected_grade: undone.grade, undo: "1" } : { expected_grade: row.dataset.grade },
  };
  if (grade) change.fields.grade = grade;
  if (isTyped) change.fields.typed = "1";
  if (!undone) rememberForUndo(change);
  submitChange(change);
}

// Sends a change after those that are on their way.
export function submitChange(change) {
  if (hasUnsent()) addUnsent(change);
  else enqueue(change);
}

function enqueue(change) {
  queue.push(change);
  render(rowById(change.id));
  if (queue.length === 1) sendNext();
}

function sendNext() {
  if (!queue.length || isLeaving) return;
  const change = queue[0];
  const row = rowById(change.id);
  if (!row) return dropWithoutRow();
  const values = Object.assign({ newest: document.getElementById("newest").value }, change.fields);
  htmx.ajax("POST", change.address, { source: row, target: row, swap: "outerHTML", values }).catch(() => {});
}

// The row of the next change is no longer on the page, so it could not show whether it is saved.
function dropWithoutRow() {
  const change = queue.shift();
  forgetUndo([change]);
  showAlert(alertWords.gone, { unsaved: [change.name] });
  stopTyping(change.id);
  sendNext();
}

// The request itself reports its end, whatever htmx does with the response.
sheet.addEventListener("htmx:beforeSend", (event) => {
  const change = queue[0];
  const row = event.target;
  if (!change || row.id !== change.id) return;
  const xhr = event.detail.xhr;
  xhr.addEventListener("timeout", () => { change.failure = "timeout"; });
  xhr.addEventListener("loadend", () => handleResponse(change, row, xhr));
});

sheet.addEventListener("htmx:beforeSwap", (event) => {
  if (queue.length && event.target.id === queue[0].id) queue[0].hadFocus = event.target.contains(document.activeElement);
});

// `sentRow` is the row that the change was sent from. The row may be replaced by now, or gone.
function handleResponse(change, sentRow, xhr) {
  queue.shift();
  const problem = sessionProblem(xhr);
  if (problem || NOT_REACHED.includes(xhr.status)) {
    const reason = { problem, sentence: failureSentence(xhr, change.failure) };
    return keepUnsent([change, ...queue.splice(0)], reason, enqueue);
  }
  if (rowById(change.id) !== sentRow) dropHeldRow(change.id);
  if (xhr.status !== 200) handleRefusal(change, xhr);
  render(rowById(change.id));
  const row = rowById(change.id);
  if (row && change.hadFocus && document.activeElement === document.body) focusRow(row);
  sendNext();
}

// The alert stays until it is dismissed, and typing stops until then. Changes of other rows are still sent, unless the
// register refuses changes of the whole sheet.
function handleRefusal(change, xhr) {
  const isWholeSheet = xhr.status === 409 && xhr.getResponseHeader("HX-Retarget");
  const changes = [change, ...(isWholeSheet ? queue.splice(0) : [])];
  forgetUndo(changes);
  changes.forEach((refused) => render(rowById(refused.id)));
  const names = changes.map((refused) => refused.name);
  if (isWholeSheet) addUnsaved(names, change.candidate);
  else if (xhr.status !== 409 && !xhr.getResponseHeader("HX-Retarget")) showAlert(failureSentence(xhr), { unsaved: names });
  stopTyping(change.id);
}

// Undoes the unsaved choice, or otherwise the last change.
export function undo() {
  lastKey.typedGrade = false;
  if (choice) {
    const row = discardChoice();
    if (row) showRestored(row, pendingGrade(row));
    return;
  }
  const last = lastUndoable();
  const row = last && rowById(last.id);
  if (!row) return showStatus(words.nothing);
  if (last.revert) return last.revert(row);
  if (last.before === pendingGrade(row)) showRestored(row, last.before);
  changeGrade(row, last.before, { isTyped: true, undone: last });
  focusRow(rowById(row.id));
}

function showRestored(row, grade) {
  showStatus(format(grade ? words.again : words.noneAgain, { candidate: row.dataset.candidate, grade: gradeLabel(row, grade) }));
}

export function showStatus(sentence) {
  setStatus(sentence);
  clearStatusLater();
}

// Sends the last unanswered grade and attendance of each row again, in requests that outlive the page.
export function sendOnLeaving() {
  isLeaving = true;
  const lastChanges = new Map(queue.map((change) => [change.id + ("attendance" in change.fields), change]));
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  lastChanges.forEach((change) => {
    const body = new URLSearchParams(Object.assign({ csrfmiddlewaretoken: token }, change.fields));
    fetch(change.address, { method: "POST", body, keepalive: true, redirect: "manual" }).catch(() => {});
  });
}
