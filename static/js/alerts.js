// Alerts: what did not happen, each until it is dismissed. None takes the place of another.
window.gradereg = window.gradereg || {};
(function () {
  "use strict";

  const page = document.getElementById("alerts");
  const words = page.dataset;
  let goBack = null; // where the focus goes when the last alert is dismissed

  const openDialog = () => document.querySelector("dialog[open]");

  // An open dialog covers the page, so its alerts are inside of it.
  function place() {
    const dialog = openDialog();
    return (dialog && dialog.querySelector(".alerts")) || page;
  }

  function unread() {
    return place().querySelector("[role=alert]");
  }

  // Shows `sentence`, and what was not saved: `unsaved` lists it. `actions` are links (label, href) or buttons (label, run).
  // An alert with the same `name` is replaced: it is about the same thing.
  function show(sentence, options) {
    const asked = options || {};
    const box = document.getElementById("alert-form").content.firstElementChild.cloneNode(true);
    box.setAttribute("role", "alert");
    box.querySelector("p").textContent = sentence;
    if (asked.unsaved && asked.unsaved.length) box.querySelector("p").after(paragraph(listed(asked.unsaved)));
    if (asked.actions) box.querySelector(".dismiss").before(buttons(asked.actions));
    box.onDismiss = asked.onDismiss;
    if (asked.name) box.dataset.name = asked.name;
    find(asked.name).concat(same(box)).forEach((old) => old.remove());
    place().append(box);
    return box;
  }

  const listed = (unsaved) => words.unsaved.replace("{unsaved}", unsaved.join(", "));
  const all = () => Array.from(document.querySelectorAll(".alerts > [role=alert]"));
  const find = (name) => all().filter((one) => name && one.dataset.name === name);
  const same = (box) => all().filter((one) => one.textContent === box.textContent && one.parentElement === place());

  function paragraph(text) {
    const made = document.createElement("p");
    made.textContent = text;
    return made;
  }

  function buttons(actions) {
    const row = document.createElement("p");
    actions.forEach(function (action) {
      const made = document.createElement(action.href ? "a" : "button");
      made.className = "btn btn-sm btn-outline";
      made.textContent = action.label;
      if (action.href) Object.assign(made, { href: action.href, target: action.target || "" });
      else Object.assign(made, { type: "button", onclick: action.run });
      row.append(made, " ");
    });
    return row;
  }

  // Adds to the newest alert what was not saved, unless its sentence has the word already.
  function addUnsaved(unsaved, word) {
    const box = place().lastElementChild;
    if (box && !box.textContent.includes(word)) box.querySelector("p").after(paragraph(listed(unsaved)));
  }

  // Moves the focus to the newest alert, so that no key is taken for something else. `back` is called after the last of them.
  function focus(back) {
    goBack = goBack || back || null;
    const box = place().lastElementChild;
    if (box && !place().contains(document.activeElement)) box.focus({ preventScroll: true });
  }

  function dismiss(box) {
    const hadFocus = box.contains(document.activeElement);
    box.remove();
    if (box.onDismiss) box.onDismiss();
    const next = unread();
    if (next) return hadFocus && next.focus({ preventScroll: true });
    const back = goBack;
    goBack = null;
    if (back && hadFocus) back();
    document.dispatchEvent(new CustomEvent("gradereg:read"));
  }

  function remove(name) {
    find(name).forEach(function (box) {
      box.onDismiss = null;
      dismiss(box);
    });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-dismiss]");
    if (button) dismiss(button.closest(".note"));
  });

  document.addEventListener("keydown", function (event) {
    const box = event.target.closest(".alerts > [role=alert]");
    if (!box || event.key !== "Escape") return;
    event.preventDefault(); // a dialog stays open
    dismiss(box);
  });

  // Messages of the server can be dismissed by this script only.
  document.querySelectorAll("[data-dismiss][hidden]").forEach(function (button) { button.hidden = false; });

  // What the server sends as an alert goes into an open dialog too.
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.target === page) event.detail.target = place();
  });

  // Why a request failed. `failed` is "timeout" or "" for one without an answer.
  function reason(xhr, failed) {
    const status = xhr ? xhr.status : 0;
    const number = xhr && status >= 500 && xhr.getResponseHeader("X-Request-ID");
    if (!status) return failed === "timeout" ? words.slow : words.failed;
    if (status === 413) return words.large;
    if ([502, 503, 504].includes(status)) return words.busy;
    if (number) return words.crashed + " " + number;
    if (status === 403 || status === 404) return words.gone;
    return words.failed;
  }

  window.gradereg.alerts = { show, addUnsaved, focus, remove, unread, reason, find, words };
})();
