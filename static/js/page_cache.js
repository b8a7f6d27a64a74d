// Browsers keep pages in memory for Back, over http despite no-store, and could show grades after signing out. Hide a page
// in that cache, and reload it when it is shown again.

import "./kept_input.js";

window.addEventListener("pagehide", (event) => {
  document.documentElement.hidden = event.persisted;
});

window.addEventListener("pageshow", (event) => {
  document.documentElement.hidden = event.persisted;
  if (event.persisted) window.location.reload();
});
