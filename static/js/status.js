// The status line of a page: one short sentence, cleared after some seconds. It is announced; the server announces its own.
import { announce } from "./announce.js";

const VISIBLE = 4000; // milliseconds
let timer = null;

const line = () => document.getElementById("status");

export function setStatus(sentence) {
  line().textContent = sentence;
  announce(sentence);
}

export function clearStatusLater() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (line()) line().textContent = "";
  }, VISIBLE);
}
