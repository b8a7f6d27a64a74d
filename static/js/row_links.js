// A click anywhere in a table row with a .row-link opens the link.
document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.target.closest("a, button, input, label, select, summary")) return;
  if (String(window.getSelection())) return;
  const link = event.target.closest("tr")?.querySelector(".row-link");
  if (link) link.click();
});
