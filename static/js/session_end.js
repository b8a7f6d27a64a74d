// The end of the session: announced before it comes, so that a person can go on with one key. Another tab may have used the
// session meanwhile, so the server is asked first.
import { showAlert, words } from "./alerts.js";
import { announce } from "./announce.js";

const ALERT = "session-end"; // name of the alert
const body = document.body;
const initial = parse(body.dataset.sessionEnds);
const LEAD = Math.min(300, initial.seconds / 2); // seconds
let activeAt = Date.now();
let warning = null; // the alert
let returnTo = null; // what had the focus before it

// Returns the seconds until the end, and whether the session then ends for good: "240 final".
function parse(text) {
  const [seconds, final] = (text || "").split(" ");
  return { seconds: Number(seconds), isFinal: Boolean(final) };
}

function plan({ seconds }) {
  if (seconds) setTimeout(check, Math.max(0, seconds - LEAD) * 1000);
}

async function ask(method, address) {
  const headers = JSON.parse(body.getAttribute("hx-headers"));
  try {
    const response = await fetch(address, { method, headers });
    return parse(response.headers.get("X-Session-Ends"));
  } catch {
    return parse(""); // without network; the next change shows an alert
  }
}

async function check() {
  const end = await ask("GET", body.dataset.session);
  if (end.seconds > LEAD + 1) return plan(end);
  if (!end.seconds) return;
  if (end.isFinal) return showAlert(sentence(words.endsForGood, end), { name: ALERT });
  if (Date.now() - activeAt < LEAD * 1000) return goOn(); // a person who types is not idle
  warn(end);
}

function sentence(text, { seconds }) {
  const end = new Date(Date.now() + seconds * 1000);
  const format = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const time = end.toLocaleTimeString(document.documentElement.lang, format);
  return text.replace("{time}", time);
}

function warn(end) {
  returnTo = document.activeElement;
  const text = sentence(words.ends, end);
  warning = showAlert(text, { name: ALERT, actions: [{ label: words.stay, run: goOn }] });
  warning.dataset.warning = "";
  warning.setAttribute("role", "group"); // announced here, because the button gets the focus at once
  warning.querySelector("button").focus({ preventScroll: true });
  announce(text, { isUrgent: true });
}

async function goOn() {
  const end = await ask("POST", body.dataset.goOn);
  if (warning) {
    warning.remove();
    if (end.seconds) announce(words.stays);
  }
  warning = null;
  if (returnTo && returnTo.isConnected) returnTo.focus({ preventScroll: true });
  returnTo = null;
  plan(end);
}

["keydown", "pointerdown"].forEach((name) => {
  window.addEventListener(name, () => { activeAt = Date.now(); }, { capture: true, passive: true });
});

plan(initial);
