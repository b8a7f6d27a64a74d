// Alerts about failures. They stay until they are dismissed. A new alert replaces only one with the same name or text.

const page = document.getElementById("alerts");
export const words = page.dataset;
let returnFocus = null; // called when the last alert is dismissed

// An open dialog covers the page, so its alerts are shown inside it.
function container() {
  const dialog = document.querySelector("dialog[open]");
  return (dialog && dialog.querySelector("[data-alerts]")) || page;
}

// The warning before the end of a session holds nothing back.
export function firstUnread() {
  return container().querySelector(":scope > :not([data-warning])");
}

// Shows `sentence` and, in a second paragraph, what was not saved. Options:
// unsaved: names of what was not saved; actions: links { label, href, target } or buttons { label, run };
// name: alerts with the same name are replaced; onDismiss: called when the alert is dismissed.
export function showAlert(sentence, { unsaved = [], actions = [], name = "", onDismiss } = {}) {
  const box = document.getElementById("alert-form").content.firstElementChild.cloneNode(true);
  box.setAttribute("role", "alert");
  box.querySelector("p").textContent = sentence;
  if (unsaved.length) box.querySelector("p").after(paragraph(unsavedSentence(unsaved)));
  if (actions.length) box.querySelector("[data-dismiss]").before(actionRow(actions));
  box.onDismiss = onDismiss;
  if (name) box.dataset.name = name;
  findAlerts(name).concat(sameText(box)).forEach((old) => old.remove());
  container().append(box);
  return box;
}

const unsavedSentence = (unsaved) => words.unsaved.replace("{unsaved}", unsaved.join(", "));
const allAlerts = () => Array.from(document.querySelectorAll("[data-alerts] > *"));
export const findAlerts = (name) => allAlerts().filter((box) => name && box.dataset.name === name);
const sameText = (box) =>
  allAlerts().filter((other) => other.textContent === box.textContent && other.parentElement === container());

function paragraph(text) {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}

function actionRow(actions) {
  const row = document.createElement("p");
  actions.forEach((action) => {
    const element = document.createElement(action.href ? "a" : "button");
    element.className = "btn btn-sm btn-outline";
    element.textContent = action.label;
    if (action.href) Object.assign(element, { href: action.href, target: action.target || "" });
    else Object.assign(element, { type: "button", onclick: action.run });
    row.append(element, " ");
  });
  return row;
}

// Adds to the newest alert what was not saved, unless its sentence contains `word` already.
export function addUnsaved(unsaved, word) {
  const box = container().lastElementChild;
  if (box && !box.textContent.includes(word)) box.querySelector("p").after(paragraph(unsavedSentence(unsaved)));
}

// Moves the focus to the newest alert, so that keys do not act on anything else. `callback` is called after the last alert
// is dismissed.
export function focusAlert(callback) {
  returnFocus = returnFocus || callback || null;
  const box = container().lastElementChild;
  if (box && !container().contains(document.activeElement)) focusBox(box);
}

// An alert is spoken once: when it appears, or by its name when it gets the focus.
function focusBox(box) {
  box.setAttribute("aria-live", "off");
  box.setAttribute("aria-label", Array.from(box.querySelectorAll("p:not(:has(.btn))"), ({ textContent }) => textContent.trim()).join(" "));
  box.focus({ preventScroll: true });
}

function dismiss(box) {
  const hadFocus = box.contains(document.activeElement);
  box.remove();
  if (box.onDismiss) box.onDismiss();
  const next = firstUnread();
  if (next) {
    if (hadFocus) focusBox(next);
    return;
  }
  const callback = returnFocus;
  returnFocus = null;
  if (callback && hadFocus) callback();
  document.dispatchEvent(new CustomEvent("gradereg:alerts-dismissed"));
}

export function removeAlerts(name) {
  findAlerts(name).forEach((box) => {
    box.onDismiss = null;
    dismiss(box);
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) dismiss(button.closest(".note"));
});

document.addEventListener("keydown", (event) => {
  const box = event.target.closest("[data-alerts] > *");
  if (!box || event.key !== "Escape") return;
  event.preventDefault(); // keep an open dialog open
  dismiss(box);
});

// Show the Dismiss buttons of the server's messages, which do nothing without this script.
document.querySelectorAll("[data-dismiss][hidden]").forEach((button) => { button.hidden = false; });

// Put the server's alerts into an open dialog too.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target === page) event.detail.target = container();
});

// Returns why a request failed. `failure` is "timeout" or "" for a request without an answer.
export function failureSentence(xhr, failure) {
  const status = xhr ? xhr.status : 0;
  const number = xhr && status >= 500 && xhr.getResponseHeader("X-Request-ID");
  if (!status) return failure === "timeout" ? words.slow : words.failed;
  if (status === 413) return words.large;
  if ([502, 503, 504].includes(status)) return words.busy;
  if (number) return words.crashed + " " + number;
  if (status === 403 || status === 404) return words.gone;
  return words.failed;
}
