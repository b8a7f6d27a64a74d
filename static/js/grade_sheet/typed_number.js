// The candidate number that is being typed, from its beginning, or only its ending: "07" for 10007. A wrong one stays, with its
// warning, until Escape or a number of the list; until then no key may set a grade.
import { announce } from "../announce.js";
import { allCandidates } from "./chunks.js";
import { format, words } from "./rows.js";

const numberLine = document.getElementById("typed");
const warningLine = document.getElementById("typed-wrong");
const SHORTEST_ENDING = 2; // one digit is too easily a slip
let typed = ""; // digits that begin at least one number of the list, or that may become the ending of one
let wrong = ""; // the last number that is not on the list
let isBegun = false; // whether `wrong` begins a number of the list, but was ended too early
let isContinued = false; // whether the next digit still belongs to `wrong`

export const isTyping = () => Boolean(typed || wrong);
export const dropNumber = () => update({}); // a warning stays
export const clearNumber = () => update({ wrong: "" });
const numbers = () => allCandidates().map((candidate) => candidate.number);

function update(change) {
  typed = change.typed || "";
  if (change.wrong !== undefined) {
    wrong = change.wrong;
    isBegun = Boolean(change.isBegun);
    isContinued = Boolean(change.isContinued);
  }
  numberLine.textContent = typed && format(words.typed, { number: typed });
  const warning = wrong && format(isBegun ? words.incomplete : words.unknown, { number: wrong });
  if (warningLine.textContent === warning) return;
  warningLine.textContent = warning;
  announce(warning, { isUrgent: true });
}

// Returns the number that ends with `digits`, if it is the only one and no number begins with them.
function numberEndingIn(digits, all) {
  if (digits.length < SHORTEST_ENDING || all.some((other) => other.startsWith(digits))) return "";
  const matches = all.filter((other) => other.endsWith(digits));
  return matches.length === 1 ? matches[0] : "";
}

// Whether no other number begins with `digits`, which are a number of the list.
const isWhole = (digits, all) => all.filter((other) => other.startsWith(digits)).join() === digits;

// If all numbers have the same length, a wrong one of that length is complete.
const isComplete = (number, all) => all.every((other) => other.length === number.length);

// Adds a digit. Returns the number of the list that is complete now, or "".
export function addDigit(digit) {
  const all = numbers();
  if (isContinued && !isComplete(wrong, all)) {
    update({ wrong: wrong + digit, isContinued: true });
    return "";
  }
  const number = typed + digit;
  if (!all.some((other) => other.includes(number))) {
    update({ wrong: number, isContinued: true });
    return "";
  }
  isContinued = false;
  const found = isWhole(number, all) ? number : "";
  update(found ? { wrong: "" } : { typed: number });
  return found;
}

// Ends the number. Returns it if it is on the list, or "". An ending counts only here, because "11" may become "110009", and
// not after a wrong number, whose rest it may be.
export function endNumber() {
  const number = typed;
  isContinued = false;
  if (!number) return "";
  const all = numbers();
  const ending = wrong ? "" : numberEndingIn(number, all);
  const found = all.includes(number) ? number : ending;
  update(found ? { wrong: "" } : { wrong: number, isBegun: all.some((other) => other.startsWith(number)) });
  return found;
}

export function removeDigit() {
  const number = (typed || wrong).slice(0, -1);
  if (number && numbers().some((other) => other.includes(number))) {
    isContinued = false;
    return update({ typed: number });
  }
  update(typed ? {} : { wrong: number, isContinued: true });
}
