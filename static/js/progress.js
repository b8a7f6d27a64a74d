// Progress of a slow form: the share of its files that is sent, then that the server is working.

import { announce } from "./announce.js";

const SHOW_AFTER = 500; // milliseconds
const RELEASE_AFTER = 60000; // milliseconds after which a form may be sent again without a response
const container = document.querySelector("[data-progress]");
const line = container.firstElementChild;
const bar = line.querySelector("progress");
const label = line.querySelector("span");
const pending = new Set(); // requests and forms
let sentForm = null; // the ordinary form that is being sent
let timer = null;

function showSentence(sentence) {
  if (label.textContent !== sentence) {
    label.textContent = sentence;
    if (!line.hidden) announce(sentence);
  }
  bar.setAttribute("aria-label", sentence);
}

function showWorking() {
  bar.removeAttribute("value");
  showSentence(container.dataset.working);
}

function begin(item) {
  pending.add(item);
  showWorking();
  clearTimeout(timer);
  timer = setTimeout(() => {
    // An open dialog covers everything outside it.
    (document.querySelector("dialog[open]") || document.body).append(container);
    line.hidden = false;
    announce(label.textContent);
  }, SHOW_AFTER);
}

function end(item) {
  pending.delete(item);
  if (pending.size) return;
  clearTimeout(timer);
  line.hidden = true;
  document.body.append(container);
}

// Requests of htmx. The grade sheet has its own status.

document.body.addEventListener("htmx:beforeSend", (event) => {
  const { requestConfig, xhr } = event.detail;
  const isPoll = requestConfig.verb === "get" || requestConfig.elt.id === "practice-body";
  if (isPoll || requestConfig.elt.closest("[data-grade-sheet]")) return;
  begin(xhr);
  xhr.upload.addEventListener("progress", (progress) => {
    if (!progress.lengthComputable || progress.loaded >= progress.total) return showWorking();
    bar.value = progress.loaded / progress.total;
    showSentence(container.dataset.sending);
  });
  xhr.upload.addEventListener("load", showWorking);
  xhr.addEventListener("loadend", () => {
    // After a redirect the next page is still loading.
    if (!xhr.getResponseHeader("HX-Redirect")) end(xhr);
  });
});

// Forms that the browser sends: the page stays until the response arrives, and no event reports how much is sent. On the
// window, so that scripts that handle a form themselves run first.

window.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.matches("[data-download]")) return; // the page stays, and no event reports that the file has arrived
  if (form === sentForm) return event.preventDefault();
  release();
  sentForm = form;
  form.setAttribute("aria-busy", "true");
  begin(form);
  setTimeout(() => { if (sentForm === form) release(); }, RELEASE_AFTER);
});

function release() {
  if (!sentForm) return;
  const form = sentForm;
  sentForm = null;
  form.removeAttribute("aria-busy");
  end(form);
}

// After Back or Stop the form may be sent again.
window.addEventListener("pageshow", () => {
  release();
  Array.from(pending).forEach(end);
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") release(); });
