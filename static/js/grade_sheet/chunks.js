// The chunks of a long sheet. A chunk whose rows are not loaded is a placeholder that lists its candidates' numbers and ids.
import { focusRow, rowById, sheet } from "./rows.js";

const chunks = () => Array.from(sheet.tBodies);
const isPlaceholder = (chunk) => chunk.matches("[data-placeholder]");
const split = (text) => text.split(" ").filter(Boolean);
const requests = new WeakMap(); // chunk -> promise of its rows
let loading = null; // the chunk that contains the next row to get the focus

// Returns whether a chunk is being loaded for the keyboard.
export const isLoading = () => loading !== null;

// Returns the candidates of a chunk in their order, each as { number, id of the row }.
export function candidatesIn(chunk) {
  if (!isPlaceholder(chunk)) return Array.from(chunk.rows, (row) => ({ number: row.dataset.candidate, id: row.id }));
  const ids = split(chunk.dataset.ids);
  return split(chunk.dataset.numbers).map((number, index) => ({ number, id: "c-" + ids[index] }));
}

export const allCandidates = () => chunks().flatMap(candidatesIn);

function placeholderOf(id) {
  return chunks().find((chunk) => isPlaceholder(chunk) && split(chunk.dataset.ids).includes(id.slice(2)));
}

// Moves the focus to the row with this id, and loads it first if needed. "gradereg:row-loaded" follows then.
export async function goToRow(id, block) {
  const row = rowById(id);
  if (row) return focusRow(row, block);
  const chunk = placeholderOf(id);
  if (!chunk) return;
  loading = chunk;
  await loadChunk(chunk);
  loading = null;
  if (rowById(id)) focusRow(rowById(id), block);
  sheet.dispatchEvent(new CustomEvent("gradereg:row-loaded", { detail: rowById(id) }));
}

function loadChunk(chunk) {
  if (!requests.has(chunk)) {
    observer.unobserve(chunk);
    requests.set(chunk, new Promise((resolve) => {
      chunk.addEventListener("htmx:afterRequest", (event) => {
        chunk.toggleAttribute("data-placeholder", !event.detail.successful);
        if (isPlaceholder(chunk)) requests.delete(chunk); // it may be requested again
        resolve();
      }, { once: true });
      htmx.trigger(chunk, "visible");
    }));
  }
  return requests.get(chunk);
}

// Load placeholders before they scroll into the window.
const observer = new IntersectionObserver((entries) => {
  entries.forEach((entry) => { if (entry.isIntersecting) loadChunk(entry.target); });
}, { rootMargin: "1200px 0px" });

// Gives placeholders the height of their rows in this window, and loads them as they come near it.
export function observePlaceholders() {
  const placeholders = chunks().filter(isPlaceholder);
  const row = placeholders.length && sheet.querySelector("tr[data-candidate]");
  const height = row ? row.offsetHeight : 0;
  if (height) sheet.style.setProperty("--chunk-height", height * row.parentElement.rows.length + "px");
  placeholders.forEach((chunk) => {
    if (height) chunk.rows[0].cells[0].style.height = height * split(chunk.dataset.ids).length + "px";
    observer.observe(chunk);
  });
}

// Returns the id of the row above or below, in another chunk if needed.
export function nextRowId(row, isDown) {
  const next = isDown ? row.nextElementSibling : row.previousElementSibling;
  if (next) return next.id;
  let chunk = row.parentElement;
  do chunk = isDown ? chunk.nextElementSibling : chunk.previousElementSibling;
  while (chunk && chunk.tagName === "TBODY" && !candidatesIn(chunk).length);
  return chunk && chunk.tagName === "TBODY" && candidatesIn(chunk).at(isDown ? 0 : -1).id;
}

// Returns the id of the first row for which `isUngraded` returns true, or of the first row of the sheet.
export function firstUngradedId(isUngraded) {
  const firstIn = (chunk) => {
    if (isPlaceholder(chunk)) return chunk.dataset.ungraded && "c-" + chunk.dataset.ungraded;
    const row = Array.from(chunk.rows).find(isUngraded);
    return row && row.id;
  };
  return chunks().map(firstIn).find(Boolean) || allCandidates()[0].id;
}
