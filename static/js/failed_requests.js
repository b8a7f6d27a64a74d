// Failed requests of htmx: an alert shows the reason, so that unsaved changes never look saved.
import { failureSentence, showAlert, words } from "./alerts.js";

const POLLING = ["live", "change-feed", "practice-body"]; // ids of elements that poll, and so repeat a failed request

document.body.addEventListener("htmx:beforeSwap", (event) => {
  // The server sends its own alerts: for an outage, and to a trainer who tries to change something on a trainee's page.
  if (isServerAlert(event.detail.xhr)) event.detail.shouldSwap = true;
});

function isServerAlert(xhr) {
  return Boolean(xhr && [403, 503].includes(xhr.status) && xhr.getResponseHeader("HX-Retarget"));
}

["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach((name) => {
  document.body.addEventListener(name, (event) => {
    const xhr = event.detail.xhr;
    const request = event.detail.requestConfig || {};
    const isPolling = request.elt && POLLING.includes(request.elt.id);
    if ([409, 422, 429].includes(xhr && xhr.status) || isServerAlert(xhr) || isPolling) return;
    if (request.elt && request.elt.matches("tr[data-candidate]")) return; // the grade sheet shows its own alerts
    showFailure(xhr, name === "htmx:timeout" ? "timeout" : "", request.elt);
  });
});

async function showFailure(xhr, failure, form) {
  const fields = form ? Array.from(form.querySelectorAll("[type=file]")) : [];
  const files = fields.flatMap((field) => Array.from(field.files));
  const isChanged = !(xhr && xhr.status) && !(await areReadable(files));
  if (isChanged) fields.forEach((field) => { field.value = ""; }); // a changed file could never be sent again
  const sentence = isChanged ? words.changed : failureSentence(xhr, failure);
  const box = showAlert(sentence, { unsaved: files.map((file) => file.name) });
  if (files.length) box.scrollIntoView({ block: "nearest" });
}

// Browsers refuse to read a file that was changed or deleted after it was chosen.
function areReadable(files) {
  const reads = files.map((file) => {
    const reader = file.stream().getReader();
    return reader.read().then(() => reader.cancel());
  });
  return Promise.all(reads).then(() => true, () => false);
}

// Sending again from a dialog removes the alerts that it shows.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const dialog = event.target.closest("dialog");
  if (dialog) dialog.querySelector("[data-alerts]").replaceChildren();
});
