// The candidate number that is being typed. A wrong one stays, with its warning, until Escape or a number of the list; until
// then no key may set a grade.
import { allCandidates } from "./chunks.js";
import { format, words } from "./rows.js";

const numberLine = document.getElementById("typed");
const warningLine = document.getElementById("typed-wrong");
let typed = ""; // digits that begin at least one number of the list
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
  if (warningLine.textContent !== warning) warningLine.textContent = warning;
}

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
  const matches = all.filter((other) => other.startsWith(number));
  if (!matches.length) {
    update({ wrong: number, isContinued: true });
    return "";
  }
  isContinued = false;
  const isFound = matches.length === 1 && matches[0] === number;
  update(isFound ? { wrong: "" } : { typed: number });
  return isFound ? number : "";
}

// Ends the number. Returns it if it is on the list, or "".
export function endNumber() {
  const number = typed;
  isContinued = false;
  if (!number) return "";
  const isFound = numbers().includes(number);
  update(isFound ? { wrong: "" } : { wrong: number, isBegun: true });
  return isFound ? number : "";
}

export function removeDigit() {
  const number = (typed || wrong).slice(0, -1);
  if (number && numbers().some((other) => other.startsWith(number))) {
    isContinued = false;
    return update({ typed: number });
  }
  update(typed ? {} : { wrong: number, isContinued: true });
}
