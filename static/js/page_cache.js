// Browsers keep pages in memory for Back, over http despite no-store, and could show grades after signing out. Hide a page
// in that cache, and reload it when it is shown again.

// A page that answers a form, such as a refused confirmation: Back and reload get its address instead of asking to send the
// form again.
const { address } = document.querySelector("main").dataset;
if (address) window.history.replaceState(window.history.state, "", address);

window.addEventListener("pagehide", (event) => {
  document.documentElement.hidden = event.persisted;
});

window.addEventListener("pageshow", (event) => {
  document.documentElement.hidden = event.persisted;
  if (event.persisted) window.location.reload();
});
