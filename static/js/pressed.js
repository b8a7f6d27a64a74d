// Skip swaps by polling while a pointer is down: a link or button that is replaced between press and release is not clicked.
// The next poll gets the same changes.

const POLLING = ["live", "practice-body"]; // ids of elements that replace themselves
let isPressed = false;

document.addEventListener("pointerdown", () => { isPressed = true; });
["pointerup", "pointercancel"].forEach((name) => {
  document.addEventListener(name, () => { setTimeout(() => { isPressed = false; }); });
});

document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (isPressed && POLLING.includes(event.detail.requestConfig.elt.id)) event.detail.shouldSwap = false;
});
