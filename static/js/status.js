// The status line of a page: one short sentence, cleared after some seconds.

const VISIBLE = 4000; // milliseconds
let timer = null;

export function setStatus(sentence) {
  document.getElementById("status").textContent = sentence;
}

export function clearStatusLater() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const status = document.getElementById("status");
    if (status) status.textContent = "";
  }, VISIBLE);
}
