// Another tab may end or renew the session of an open page, or sign in another person. Unsaved changes are kept, named in an
// alert, and sent when the same person is signed in again.
import { findAlerts, firstUnread, focusAlert, removeAlerts, showAlert, words } from "./alerts.js";

const body = document.body;
const ALERT = "session"; // name of the alert
const MAX_RENEWALS = 3; // without a response that was accepted
const unsavedChecks = [];
let waiting = []; // what was not saved: { unsaved: names, resend, discard }
let renewals = 0;
let isRenewing = false;

// Returns the problem of the session in which `xhr` was sent: "ended", "stale" (its token has changed), "other" (person),
// or "".
export function sessionProblem(xhr) {
  if (!xhr || !xhr.status) return "";
  const path = xhr.responseURL ? new URL(xhr.responseURL).pathname : "";
  if (path.startsWith("/sign-in/") || path.startsWith("/join/")) return "ended";
  const problem = xhr.getResponseHeader("X-Session") || "";
  if (!problem && xhr.status < 400) renewals = 0;
  return problem;
}

// Requests the signed-in person. If it is the person of this page, its forms get the current token.
async function renewToken() {
  try {
    const response = await fetch(body.dataset.session, { headers: { Accept: "application/json" } });
    const session = response.ok && !response.redirected ? await response.json() : { user: "" };
    if (!session.user) return { state: "ended" };
    if (session.user !== body.dataset.user) return { state: "other", name: session.name };
    setToken(session.token);
    return { state: "same" };
  } catch {
    return { state: "offline" };
  }
}

function setToken(token) {
  const headers = JSON.parse(body.getAttribute("hx-headers"));
  body.setAttribute("hx-headers", JSON.stringify(Object.assign(headers, { "X-CSRFToken": token })));
  document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((field) => { field.value = token; });
}

// Keeps what was not saved and calls `resend` as soon as that is possible, or `discard` if the alert is dismissed.
export function recoverSession(problem, unsaved, resend, discard) {
  waiting.push({ unsaved, resend, discard });
  if (isRenewing) return; // sent with what waits already
  if (problem === "ended" || renewals >= MAX_RENEWALS) {
    showProblem({ state: problem === "ended" ? problem : "stale" });
    return;
  }
  renewals += 1;
  resume();
}

async function resume() {
  if (isRenewing) return;
  isRenewing = true;
  const session = await renewToken();
  isRenewing = false;
  if (session.state !== "same") return showProblem(session);
  const items = waiting;
  waiting = [];
  removeAlerts(ALERT);
  items.forEach((item) => item.resend());
}

function showProblem(session) {
  const sentences = { ended: words.signedOut, other: words.otherPerson, offline: words.failed, stale: words.stale };
  const sentence = sentences[session.state].replaceAll("{name}", session.name || "").replaceAll("{mine}", body.dataset.name);
  const unsaved = waiting.flatMap((item) => item.unsaved);
  const shown = findAlerts(ALERT)[0];
  if (shown && !unsaved.length && shown.dataset.state === session.state) return;
  const signIn = { label: words.signIn, href: window.location.href.split("#")[0], target: "_blank" };
  const tryAgain = { label: words.again, run: resume };
  const reload = { label: words.reload, run: () => window.location.reload() };
  const actions = { ended: [signIn, tryAgain], other: [tryAgain, reload], offline: [tryAgain], stale: [tryAgain, reload] };
  const box = showAlert(sentence, { name: ALERT, unsaved, actions: actions[session.state], onDismiss: discardAll });
  box.dataset.state = session.state;
  if (unsaved.length) focusAlert();
}

function discardAll() {
  const items = waiting;
  waiting = [];
  items.forEach((item) => { if (item.discard) item.discard(); });
}

// Check again when this tab is shown: somebody may have signed in in another one.
function resumeIfShown() {
  if (!document.hidden && findAlerts(ALERT).length) resume();
}

document.addEventListener("visibilitychange", resumeIfShown);
window.addEventListener("focus", resumeIfShown);

// Adds a function that returns whether its part of the page has something unsaved.
export function addUnsavedCheck(check) {
  unsavedChecks.push(check);
}

// Returns whether reloading the page would lose something.
export function isUnsaved() {
  const fields = Array.from(
    document.querySelectorAll(
      "main input:not([type=radio], [type=checkbox], [type=hidden]), main textarea, dialog input",
    ),
  );
  const isFilled = fields.some((field) => (field.type === "file" ? field.files.length : field.value !== field.defaultValue));
  return isFilled || Boolean(firstUnread() || waiting.length) || unsavedChecks.some((check) => check());
}

// Skip a reload that the server requests while a dialog is open or something is unsaved. The page polls again afterwards.
body.addEventListener("htmx:beforeOnLoad", (event) => {
  const isNeeded = document.querySelector("dialog[open]") || isUnsaved();
  if (isNeeded && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
});

const fileNames = (form) =>
  Array.from(form.querySelectorAll("[type=file]")).flatMap((field) => Array.from(field.files, (file) => file.name));

body.addEventListener("htmx:beforeOnLoad", async (event) => {
  const problem = sessionProblem(event.detail.xhr);
  if (!problem) return;
  event.preventDefault();
  const request = event.detail.requestConfig;
  if (request.elt.matches("tr[data-candidate]")) return; // the grade sheet keeps its own changes
  const isPoll = request.verb === "get" || request.elt.id === "practice-body";
  if (!isPoll || problem === "stale") return recoverSession(problem, fileNames(request.elt), () => resendRequest(request));
  if (problem === "ended" && !isUnsaved()) return window.location.reload();
  if (problem !== "other") return showProblem({ state: problem });
  const session = await renewToken();
  if (session.state === "other") showProblem(session);
});

function resendRequest(request) {
  const submitter = request.triggeringEvent && request.triggeringEvent.submitter;
  if (request.elt.matches("form")) request.elt.requestSubmit(submitter || null);
  else if (submitter || request.elt.matches("button")) (submitter || request.elt).click();
}
