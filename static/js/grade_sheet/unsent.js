// Changes that did not reach the server. An alert names them, and they are sent again in their order.
import { firstUnread, focusAlert, removeAlerts, showAlert, words as alertWords } from "../alerts.js";
import { recoverSession } from "../session.js";
import { goToRow } from "./chunks.js";
import { rowById, sheet } from "./rows.js";
import { choice, discardChoice, forgetUndo, render } from "./state.js";
import { dropNumber } from "./typed_number.js";

const ALERT = "unsent"; // name of the alert
let unsent = [];
let reason = {}; // of the last failure: { problem (of the session), or else sentence }
let send = null; // sends a change again

export const hasUnsent = () => unsent.length > 0;

// Keeps changes that could not be sent; `resend` sends one of them again.
export function keepUnsent(changes, why, resend) {
  unsent = unsent.concat(changes);
  reason = why;
  send = resend;
  changes.forEach((change) => render(rowById(change.id)));
  const names = changes.map((change) => change.name);
  if (reason.problem) recoverSession(reason.problem, names, resendAll, discardAll);
  else showUnsent();
  if (firstUnread()) stopTyping(changes[0].id);
}

// Keeps one more change behind those that could not be sent.
export function addUnsent(change) {
  keepUnsent([change], reason, send);
}

function showUnsent() {
  const tryAgain = { label: alertWords.again, run: resendAll };
  const names = unsent.map((change) => change.name);
  showAlert(reason.sentence, { name: ALERT, unsaved: names, actions: [tryAgain], onDismiss: discardAll });
}

function resendAll() {
  const changes = unsent;
  unsent = [];
  removeAlerts(ALERT);
  changes.forEach(send);
  // From the alert back to the list. Moving the focus of a person who goes on typing would grade another candidate.
  if (changes.length && !sheet.contains(document.activeElement)) goToRow(changes.at(-1).id);
}

function discardAll() {
  forgetUndo(unsent);
  unsent = [];
}

// Stops typing until the alerts are dismissed, then returns the focus to this row.
export function stopTyping(id) {
  dropNumber();
  if (choice) discardChoice(); // moving the focus would save it
  focusAlert(() => goToRow(id));
}

// Send again when the network is back.
window.addEventListener("online", () => {
  if (unsent.length && !reason.problem) resendAll();
});

// Warn before leaving the page, and refuse to confirm, while the alert names unsaved grades.
window.addEventListener("beforeunload", (event) => {
  if (unsent.length) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!unsent.length || !event.target.closest("a[href$='/confirm/'], #confirm-again")) return;
  event.preventDefault();
  focusAlert();
});
