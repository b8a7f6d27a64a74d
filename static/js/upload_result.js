// The result of an upload: after an act on one of its rows, the focus moves to the next row that can be corrected, and
// the second click of a double-click is ignored: the row is gone by then, and the next one is under the pointer.

let after = null; // the rows below the one of the pressed button, then those above it, by cell or candidate

const keyOf = (row) => row.dataset.cell || row.dataset.replaced;
const rowsOf = (result) => Array.from(result.querySelectorAll("tr[data-cell], tr[data-replaced]"));

document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest(".upload-result form")) event.preventDefault();
}, true);

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const result = event.target.closest(".upload-result");
  if (!result) return;
  const pressed = document.activeElement.closest("tr");
  const rows = rowsOf(result);
  const at = rows.indexOf(pressed);
  after = at < 0 ? null : rows.slice(at + 1).concat(rows.slice(0, at).toReversed()).map(keyOf);
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  if (!event.detail.target.matches(".upload-result")) return;
  const result = document.querySelector(".upload-result");
  const rows = new Map(rowsOf(result).map((row) => [keyOf(row), row]));
  const buttons = (after || []).map((key) => rows.get(key)?.querySelector("button")).filter(Boolean);
  after = null;
  (buttons[0] || result.querySelector("[data-focus]")).focus();
});
