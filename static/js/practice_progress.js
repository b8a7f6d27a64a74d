// Announces tasks that were done. The tab keeps which ones it announced: a page may be left before it has announced them.
import { announce, LOADED } from "./announce.js";

const KEY = "announced-tasks";
let isLoaded = false;

const body = () => document.getElementById("practice-body");
const doneTasks = () => Array.from(body().querySelectorAll("[data-done]"), (task) => task.dataset.done);
const keep = (done) => window.sessionStorage.setItem(KEY, JSON.stringify({ run: body().dataset.run, done }));

// Returns the tasks that were announced, or nothing in another run.
function announced() {
  const { run, done } = JSON.parse(window.sessionStorage.getItem(KEY) || "{}");
  return run === body().dataset.run ? done : null;
}

function announceProgress() {
  if (!isLoaded) return;
  const known = announced() || [];
  const added = doneTasks().filter((sentence) => !known.includes(sentence));
  if (!added.length) return;
  keep(doneTasks());
  added.concat(body().querySelector("[data-next]").dataset.next).forEach((sentence) => announce(sentence));
}

// The first page of a run in this tab shows the tasks that were done before.
if (!announced()) keep(doneTasks());
window.addEventListener("load", () => setTimeout(() => {
  isLoaded = true;
  announceProgress();
}, LOADED));
document.body.addEventListener("htmx:afterSettle", announceProgress);
