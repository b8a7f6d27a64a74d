// Says that a form is on its way once that takes long: how much of its files is sent, then that the register works.
(function () {
  "use strict";

  const LONG = 500; // milliseconds after which waiting is told
  const LONGEST = 60000; // and after which a form may be sent again, whatever became of it
  const words = document.getElementById("under-way");
  const line = words.firstElementChild;
  const bar = line.querySelector("progress");
  const said = line.querySelector("span");
  const underWay = new Set();
  let sent = null; // the ordinary form that is on its way
  let timer = null;

  function say(sentence) {
    if (said.textContent !== sentence) said.textContent = sentence;
    bar.setAttribute("aria-label", sentence);
  }

  function works() {
    bar.removeAttribute("value");
    say(words.dataset.working);
  }

  function begin(one) {
    underWay.add(one);
    words.setAttribute("role", "status"); // well before it says something
    works();
    clearTimeout(timer);
    timer = setTimeout(function () {
      // What is outside of an open dialog is covered by it.
      (document.querySelector("dialog[open]") || document.body).append(words);
      line.hidden = false;
    }, LONG);
  }

  function end(one) {
    underWay.delete(one);
    if (underWay.size) return;
    clearTimeout(timer);
    line.hidden = true;
    words.removeAttribute("role");
    document.body.append(words);
  }

  // What htmx sends. A click on the grade sheet says itself whether it is saved.

  document.body.addEventListener("htmx:beforeSend", function (event) {
    const asked = event.detail.requestConfig;
    const xhr = event.detail.xhr;
    if (asked.verb === "get" || asked.elt.id === "practice-body" || asked.elt.closest(".sheet")) return;
    begin(xhr);
    xhr.upload.addEventListener("progress", function (progress) {
      if (!progress.lengthComputable || progress.loaded >= progress.total) return works();
      bar.value = progress.loaded / progress.total;
      say(words.dataset.sending);
    });
    xhr.upload.addEventListener("load", works);
    xhr.addEventListener("loadend", function () {
      // The page it leads to is under way still.
      if (!xhr.getResponseHeader("HX-Redirect")) end(xhr);
    });
  });

  // A form that came back begins with what stands in its way.
  document.body.addEventListener("htmx:afterSettle", function (event) {
    const errors = event.target.querySelector("[data-errors]");
    if (errors) errors.focus();
  });

  // What the browser sends: the page stays until the answer is there, and no event tells how much is sent. On the window,
  // so that whoever handles a form otherwise comes before.

  window.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form === sent) return event.preventDefault();
    release();
    sent = form;
    form.setAttribute("aria-busy", "true");
    begin(form);
    setTimeout(function () { if (sent === form) release(); }, LONGEST);
  });

  function release() {
    if (!sent) return;
    const form = sent;
    sent = null;
    form.removeAttribute("aria-busy");
    end(form);
  }

  // Whoever comes back to the page, or stops it from going on, may send again.
  window.addEventListener("pageshow", function () {
    release();
    Array.from(underWay).forEach(end);
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") release(); });
})();
