// Small conveniences on top of pages that work without them.
(function () {
  "use strict";

  const dialog = document.getElementById("dialog");
  const alerts = document.getElementById("alerts");

  let opener = null;

  // A form that came back begins with what stands in its way.
  const errors = document.querySelector("[data-errors]");
  if (errors) errors.focus();

  function showAlert(text) {
    const box = document.createElement("div");
    box.className = "note note-late";
    box.setAttribute("role", "alert");
    box.textContent = text;
    alerts.replaceChildren(box);
  }

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
      if (document.getElementById("live")) htmx.trigger("#live", "refresh");
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

  // A signed-out person is sent to the sign-in page, not shown it inside a row.
  document.body.addEventListener("htmx:beforeSwap", function (event) {
    const where = event.detail.xhr.responseURL;
    if (where && new URL(where).pathname.startsWith("/sign-in/")) {
      event.detail.shouldSwap = false;
      window.location.reload();
    }
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

  // Nor is a page loaded anew behind its dialog: when that is closed, the page asks again.
  document.body.addEventListener("htmx:beforeOnLoad", function (event) {
    if (dialog && dialog.open && event.detail.xhr.getResponseHeader("HX-Refresh")) event.preventDefault();
  });

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
    if (event.target.id !== "news") return;
    const now = Date.now();
    if (document.hidden || (now - stirred > AWAKE && now - asked < SELDOM)) event.preventDefault();
    else asked = now;
  });

  // An act that did not reach the register must never look as if it had.
  ["htmx:sendError", "htmx:timeout", "htmx:responseError"].forEach(function (name) {
    document.body.addEventListener(name, function (event) {
      const status = event.detail.xhr && event.detail.xhr.status;
      const verb = event.detail.requestConfig && event.detail.requestConfig.verb;
      if ([409, 422, 429].includes(status) || isTold(event) || (verb === "get" && ["live", "news"].includes(event.target.id))) return;
      const fault = status >= 500 && event.detail.xhr.getResponseHeader("X-Request-ID");
      if (alerts) showAlert(fault ? alerts.dataset.crashed + " " + fault : alerts.dataset.failed);
    });
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
    document.body.addEventListener("htmx:afterRequest", function (event) {
      const asked = event.detail.requestConfig;
      if (!asked || asked.verb === "get" || asked.elt.closest("#practice-body")) return;
      // What Check said held before this act.
      panel.querySelectorAll(".practice-still").forEach(function (said) { said.remove(); });
      htmx.trigger("#practice-body", "refresh");
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
