// Keeps the focus when a live update replaces the element that has it: on the same control of the new part, or otherwise on
// the first control there, or on the part itself.

const CONTROLS = "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, textarea:enabled, summary";
let lost = null; // the part that is being replaced: { id, control: how to find the control again }

// Returns what tells a control apart from others in its part.
function identify(control) {
  const { id, tagName, name, value } = control;
  return { id, tagName, name, value, href: control.getAttribute("href") };
}

function isSame(control, wanted) {
  if (wanted.id) return control.id === wanted.id;
  const found = identify(control);
  return ["tagName", "name", "value", "href"].every((key) => found[key] === wanted[key]);
}

function remember(part) {
  const focused = document.activeElement;
  if (part.id && part !== document.body && part.contains(focused)) lost = { id: part.id, control: identify(focused) };
}

function restore() {
  const part = lost && document.getElementById(lost.id);
  if (!part || ![document.body, null].includes(document.activeElement)) {
    if (part) lost = null;
    return;
  }
  const controls = Array.from(part.querySelectorAll(CONTROLS));
  const target = controls.find((control) => isSame(control, lost.control)) || nearest(part, controls);
  lost = null;
  target.focus({ preventScroll: true });
}

// The grade of a row whose Remove button is disabled now, the first control of any other part.
function nearest(part, controls) {
  const found = controls.find((control) => control.checked) || controls[0];
  if (!found) part.tabIndex = -1;
  return found || part;
}

["htmx:beforeSwap", "htmx:oobBeforeSwap"].forEach((name) => {
  document.body.addEventListener(name, (event) => remember(event.detail.target));
});
document.body.addEventListener("htmx:afterSettle", restore);
