// The rows of the grade sheet: finding them, showing a grade, and moving the focus. No listener is on a single row: there may
// be thousands.

const KEEP_IN_VIEW = 1500; // milliseconds
export const sheet = document.querySelector("[data-grade-sheet]");
export const words = sheet.dataset;

export const rowOf = (element) => element.closest("tr[data-candidate]");
export const rowById = (id) => document.getElementById(id);
export const checkedRadio = (row) => row.querySelector("[name=grade]:checked");
export const isEditable = (row) => row.querySelector("[name=grade]:enabled") !== null;

export function showGrade(row, grade) {
  row.querySelectorAll("[name=grade]").forEach((radio) => { radio.checked = radio.value === grade; });
}

export function gradeLabel(row, grade) {
  const radio = row.querySelector(`[name=grade][value="${grade}"]`);
  return radio ? radio.parentElement.textContent : "";
}

// Fills "{name}" in a sentence of the page.
export function format(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_match, name) => values[name]);
}

export function focusRow(row, block) {
  const target = checkedRadio(row) || row.querySelector("[name=grade]:enabled") || row.querySelector("a");
  target.focus({ preventScroll: true });
  bringIntoView(row, block || "nearest");
}

// Chunks get their real height only when they come near the window, and that moves the rows below them. So a row that was
// brought into view is kept there for a moment.

let inView = null; // the row that was brought into view last: { row, block, at }
let laidOutChunk = null;

function bringIntoView(row, block) {
  inView = { row, block, at: Date.now() };
  // WebKit computes a wrong position for a row of a chunk that is not laid out, so the row's own chunk always is.
  if (laidOutChunk !== row.parentElement) {
    if (laidOutChunk) laidOutChunk.style.contentVisibility = "";
    laidOutChunk = row.parentElement;
    laidOutChunk.style.contentVisibility = "visible";
  }
  // "instant": smooth scrolling through a long sheet would bring every chunk near the window.
  row.scrollIntoView({ block, behavior: "instant" });
}

new ResizeObserver(() => {
  if (!inView || Date.now() - inView.at > KEEP_IN_VIEW) return;
  const row = rowById(inView.row.id); // a response may have replaced it
  if (row && row.contains(document.activeElement)) row.scrollIntoView({ block: inView.block, behavior: "instant" });
}).observe(sheet);

// Scrolling by the person ends it.
["wheel", "touchmove", "pointerdown", "keydown"].forEach((name) => {
  window.addEventListener(name, () => { inView = null; }, { capture: true, passive: true });
});
