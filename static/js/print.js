// Buttons that print the page. Without JavaScript they stay hidden, and the browser's menu prints.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => { window.print(); });
}
