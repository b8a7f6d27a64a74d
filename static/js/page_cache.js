// Browsers keep a page in memory for Back, over http despite no-store: it could show grades after the sign-out. Hide it while
// it is kept, and reload it when it comes back.

window.addEventListener("pagehide", (event) => {
  document.documentElement.hidden = event.persisted;
});

window.addEventListener("pageshow", (event) => {
  document.documentElement.hidden = event.persisted;
  if (event.persisted) window.location.reload();
});
