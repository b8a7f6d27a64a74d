// Shows the time left in an assessment. The server announces it, and refuses acts after it.

const ends = new WeakMap(); // elements to the moment when their time is up

function show(timer) {
  const now = Date.now();
  if (!ends.has(timer)) ends.set(timer, now + Number(timer.dataset.countdown) * 1000);
  const left = Math.max(0, Math.round((ends.get(timer) - now) / 1000));
  timer.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
}

const showAll = () => document.querySelectorAll("[data-countdown]").forEach(show);
showAll();
setInterval(showAll, 1000); // milliseconds
document.body.addEventListener("htmx:afterSettle", showAll);
