// Reading back: keys that turn the pages, and a voice for who listens to the page.
(function () {
  "use strict";

  const status = document.getElementById("status");

  document.addEventListener("keydown", function (event) {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, select, textarea, button, summary")) return;
    const link = document.getElementById(direction(event));
    if (!link) return;
    event.preventDefault();
    link.click();
  });

  // Enter follows whatever link has the focus; the space bar does nothing there but scroll.
  function direction(event) {
    const control = event.target.closest("a");
    if (event.key === "ArrowLeft") return "previous";
    if (event.key === "ArrowRight" || (event.key === " " && (!control || control.id))) return "next";
    return event.key === "Enter" && !control ? "next" : "";
  }

  // The address follows, so that loading the page anew shows the same candidate. Nothing is kept of the page before.
  document.body.addEventListener("htmx:afterSettle", function (event) {
    const page = document.getElementById("read-back");
    if (event.detail.target.id !== "read-back") return;
    history.replaceState(null, "", event.detail.pathInfo.requestPath);
    status.textContent = page.querySelector(".read-back-said").innerText;
    if (document.activeElement === document.body) page.querySelector("#next, #previous").focus();
  });
})();
