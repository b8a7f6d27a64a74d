// Small conveniences on top of pages that work without them.
(function () {
  "use strict";

  const dialog = document.getElementById("dialog");
  const alerts = window.gradereg.alerts;

  // Browsers keep a page as it was for Back, over http despite no-store: it could show grades after the sign-out. It is
  // hidden while it is kept, and loaded anew when it comes back.
  window.addEventListener("pagehide", function (event) {
    document.documentElement.hidden = event.persisted;
  });
  window.addEventListener("pageshow", function (event) {
    document.documentElement.hidden = event.persisted;
    if (event.persisted) window.location.reload();
  });

  let opener = null;

  // A form that came back begins with what stands in its way.
  const errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();

  // What came back for the dialog opens it; Escape and Done close it, and focus returns to what opened it.
  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (!dialog || !(event.detail.target.id === "dialog-body" || dialog.open)) return;
    if (!dialog.open) {
      opener = event.detail.requestConfig.elt;
      dialog.showModal();
    }
    if (dialog.contains(document.activeElement) && event.detail.target.id !== "dialog-body") return;
    const first = dialog.querySelector("[data-focus]");
    if (first) first.focus();
  });

  document.addEventListener("click", function (event) {
    const closer = event.target.closest("[data-close-dialog]");
    if (closer && dialog && dialog.open && dialog.contains(closer)) {
      event.preventDefault();
      dialog.close();
    }
    document.querySelectorAll("details.menu[open]").forEach(function (menu) {
      if (!menu.contains(event.target) || event.target.closest(".menu-list")) menu.open = false;
    });
  });

  if (dialog) {
    dialog.addEventListener("close", function () {
      // The link that opened it lies in a menu that is folded by now; the menu itself is there.
      const menu = opener && opener.closest("details");
      if (menu) menu.querySelector("summary").focus();
      // What went wrong in it was seen there.
      dialog.querySelector(".alerts").replaceChildren();
      askForNews();
    });
  }

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // The drop zone hands its file to the ordinary file field.
  ["dragenter", "dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const zone = event.target.closest && event.target.closest(".drop-zone");
      if (!zone) return;
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        zone.querySelector("input[type=file]").files = event.dataTransfer.files;
      }
    });
  });

  // The page's stage follows what live updates say of it.
  document.body.addEventListener("htmx:afterSettle", function () {
    const head = document.querySelector("#sheet-head[data-stage]");
    if (head) document.querySelector("main").dataset.stage = head.dataset.stage;
    clearTimeout(window.statusTimer);
    window.statusTimer = setTimeout(function () {
      const status = document.getElementById("status");
      if (status) status.textContent = "";
    }, 4000);
  });

  document.body.addEventListener("htmx:beforeSwap", function (event) {
    // An alert of the server's own: the database is down, or who looks over a trainee's shoulder can change nothing.
    if (isTold(event)) event.detail.shouldSwap = true;
  });

  function isTold(event) {
    const xhr = event.detail.xhr;
    return Boolean(xhr && [403, 503].includes(xhr.status) && xhr.getResponseHeader("HX-Retarget"));
  }

  // Nothing is exchanged under a finger: a link that goes away between press and release is not followed. The next update
  // brings the same.
  let isPressed = false;
  document.addEventListener("pointerdown", function () { isPressed = true; });
  ["pointerup", "pointercancel"].forEach(function (name) {
    document.addEventListener(name, function () { setTimeout(function () { isPressed = false; }); });
  });
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    if (isPressed && event.target.id === "live") event.detail.shouldSwap = false;
  });

  // Nor is a page loaded anew behind its dialog, or with an alert that nobody has read: afterwards the page asks again.
  document.body.addEventListener("htmx:beforeOnLoad", function (event) {
    const isNeeded = (dialog && dialog.open) || window.gradereg.session.isUnsaved();
    if (isNeeded && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
  });

  function askForNews() {
    if (document.getElementById("live")) htmx.trigger("#live", "refresh");
  }

  document.addEventListener("gradereg:read", askForNews);

  // A page on which nothing stirs asks seldom whether there is news, and one that nobody sees does not ask.
  const AWAKE = 60000, SELDOM = 10000; // milliseconds
  let stirred = Date.now();
  let asked = 0;
  function stir() { stirred = Date.now(); }
  ["pointermove", "pointerdown", "keydown", "focus"].forEach(function (name) {
    window.addEventListener(name, stir, { capture: true, passive: true });
  });
  document.addEventListener("visibilitychange", stir);
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.id === "live") stir(); // there is news
    if (event.target.id !== "change-feed") return;
    const now = Date.now();
    if (document.hidden || (now - stirred > AWAKE && now - asked < SELDOM)) event.preventDefault();
    else asked = now;
  });

  // An act that did not reach the register must never look as if it had.
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.body.addEventListener(name, function (event) {
      const xhr = event.detail.xhr;
      const asked = event.detail.requestConfig || {};
      const isAskedByPage = asked.verb === "get" && ["live", "change-feed", "practice-body"].includes(event.target.id);
      if ([409, 422, 429].includes(xhr && xhr.status) || isTold(event) || isAskedByPage) return;
      if (asked.elt && asked.elt.matches(".sheet tr")) return; // the sheet says it of its acts itself
      sayFailed(xhr, name === "htmx:timeout" ? "timeout" : "", asked.elt);
    });
  });

  async function sayFailed(xhr, failed, form) {
    const fields = form ? Array.from(form.querySelectorAll("[type=file]")) : [];
    const files = fields.flatMap((field) => Array.from(field.files));
    const isGone = !(xhr && xhr.status) && !(await canBeRead(files));
    // A changed file could never be sent again.
    if (isGone) fields.forEach(function (field) { field.value = ""; });
    const box = alerts.show(isGone ? alerts.words.changed : alerts.reason(xhr, failed), { unsaved: files.map((file) => file.name) });
    if (files.length) box.scrollIntoView({ block: "nearest" });
  }

  // A browser refuses to read a file that was changed or removed after it was chosen.
  function canBeRead(files) {
    const begun = files.map(function (file) {
      const reader = file.stream().getReader();
      return reader.read().then(() => reader.cancel());
    });
    return Promise.all(begun).then(() => true, () => false);
  }

  // Who sends again has read what went wrong.
  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (dialog && dialog.contains(event.target)) dialog.querySelector(".alerts").replaceChildren();
  });

  // The panel of tasks: folded or not as it was left, and asked anew after every act.
  const panel = document.getElementById("practice-panel");
  if (panel) {
    const isWide = window.innerWidth >= 1000;
    const key = isWide ? "practice-panel" : "practice-panel-narrow";
    const kept = window.localStorage.getItem(key);
    panel.open = kept ? kept === "open" : isWide;
    panel.querySelector("summary").addEventListener("click", function () {
      window.localStorage.setItem(key, panel.open ? "folded" : "open");
    });
    const isAct = (asked) => asked && asked.verb !== "get" && !asked.elt.closest("#practice-body");
    // What Check said held before this act.
    document.body.addEventListener("htmx:beforeRequest", function (event) {
      if (!isAct(event.detail.requestConfig)) return;
      panel.querySelectorAll(".practice-still").forEach(function (said) { said.remove(); });
    });
    document.body.addEventListener("htmx:afterRequest", function (event) {
      if (isAct(event.detail.requestConfig)) htmx.trigger("#practice-body", "refresh");
    });
    // Who comes back from the spreadsheet program finds the panel as it is by now.
    document.addEventListener("visibilitychange", function () {
      if (!document.hidden) htmx.trigger("#practice-body", "refresh");
    });
    // The answer of Check stands above its button, and may be longer than the panel has room for.
    panel.addEventListener("htmx:load", function () {
      if (panel.querySelector(".practice-still")) panel.querySelector("#practice-check").scrollIntoView({ block: "nearest" });
    });
  }

  // Tick every candidate of the list at once.
  document.addEventListener("change", function (event) {
    if (!event.target.matches("[data-tick-all]")) return;
    document.querySelectorAll("input[name=candidates]").forEach(function (box) {
      box.checked = event.target.checked;
    });
  });
})();
