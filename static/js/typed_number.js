// The candidate number that is being typed. A wrong one stays, with its warning, until Escape or a number of the list; until
// then no key may give a grade. `numbers` returns the numbers of the list, `show` is called with { typed, wrong, isBegun }.
window.gradereg = window.gradereg || {};
window.gradereg.typedNumber = function (numbers, show) {
  "use strict";

  let typed = ""; // digits with which at least one number of the list begins
  let wrong = ""; // the last number that is not on the list
  let isBegun = false; // `wrong` is the beginning of a number of the list, and was ended too early
  let goesOn = false; // the next digit still belongs to `wrong`

  function change(now) {
    typed = now.typed || "";
    if (now.wrong !== undefined) {
      wrong = now.wrong;
      isBegun = Boolean(now.isBegun);
      goesOn = Boolean(now.goesOn);
    }
    show({ typed: typed, wrong: wrong, isBegun: isBegun });
  }

  // Where all numbers have the same length, a wrong one of that length is complete.
  const isComplete = (number, all) => all.every((one) => one.length === number.length);

  // Adds a digit. Returns the number of the list that is complete by now, or "".
  function add(digit) {
    const all = numbers();
    if (goesOn && !isComplete(wrong, all)) return change({ wrong: wrong + digit, goesOn: true }), "";
    const number = typed + digit;
    const alike = all.filter((one) => one.startsWith(number));
    if (!alike.length) return change({ wrong: number, goesOn: true }), "";
    goesOn = false;
    if (alike.length === 1 && alike[0] === number) return change({ wrong: "" }), number;
    return change({ typed: number }), "";
  }

  // Another key ends the number. Returns it where the list has it, or "".
  function end() {
    const number = typed;
    goesOn = false;
    if (!number) return "";
    if (numbers().includes(number)) return change({ wrong: "" }), number;
    return change({ wrong: number, isBegun: true }), "";
  }

  // Removes the last digit.
  function removeDigit() {
    const number = (typed || wrong).slice(0, -1);
    if (number && numbers().some((one) => one.startsWith(number))) {
      goesOn = false;
      return change({ typed: number });
    }
    change(typed ? {} : { wrong: number, goesOn: true });
  }

  return {
    add: add,
    end: end,
    removeDigit: removeDigit,
    isBusy: () => Boolean(typed || wrong),
    isTyping: () => Boolean(typed),
    drop: () => change({}), // what is being typed; a warning stays
    clear: () => change({ wrong: "" }),
  };
};
