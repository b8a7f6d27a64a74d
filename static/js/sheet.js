// The grade sheet by hand: each choice is an act, and acts leave in the order in which they were made. Without this the
// rows are ordinary forms. Nothing listens to a single row: there may be thousands.
(function () {
  "use strict";

  const sheet = document.querySelector(".sheet");
  if (!sheet) return;

  const words = sheet.dataset;
  const keys = JSON.parse(words.keys);
  const status = document.getElementById("status");
  const shownNumber = document.getElementById("typed");
  const shownWarning = document.getElementById("typed-wrong");
  const shownChoice = document.getElementById("chosen");
  const { alerts, session } = window.gradereg;

  const queue = []; // acts that the register has not answered yet; the first is under way
  let unsent = []; // acts that did not reach the register, in their order; they are named in an alert
  let whyUnsent = {}; // { found: what is wrong with the session, or else sentence }
  let done = []; // acts that can be undone, the newest last
  const held = new Map(); // rows that came with an update while something here was not answered, by id
  let choosing = null; // what the arrows chose and nobody has saved yet: { id, grade }
  let byArrow = false; // whether the last key was one that chooses
  let afterNumber = false; // whether the last key completed a candidate number
  let afterGrade = false; // whether the last key typed a grade, after which the focus is on the next row
  let leaving = false;
  const number = window.gradereg.typedNumber(() => pieces().flatMap(members).map((one) => one.number), showNumber);

  // Rows

  const rowOf = (element) => element.closest("tr[data-candidate]");
  const rowWith = (id) => document.getElementById(id);
  const chosen = (row) => row.querySelector("[name=grade]:checked");
  const isOpen = (row) => row.querySelector("[name=grade]:enabled") !== null;
  const isWaiting = (id) => queue.some((act) => act.id === id) || (choosing !== null && choosing.id === id);

  // The grade that the row will have once every act is answered.
  function meant(row) {
    const acts = queue.filter((act) => act.id === row.id);
    return acts.length ? acts[acts.length - 1].grade : row.dataset.grade;
  }

  function show(row, grade) {
    row.querySelectorAll("[name=grade]").forEach(function (radio) { radio.checked = radio.value === grade; });
  }

  function focusOn(row, block) {
    const target = chosen(row) || row.querySelector("[name=grade]:enabled") || row.querySelector("a");
    target.focus({ preventScroll: true });
    bringIntoView(row, block || "nearest");
  }

  // Staying in view: pieces get their real height only when they come near, and that moves the rows below them

  const SETTLED = 1500; // milliseconds
  let shown = null; // the row that was brought into view last: { row, block, at }
  let shownPiece = null;

  function bringIntoView(row, block) {
    shown = { row: row, block: block, at: Date.now() };
    // WebKit takes a row of a piece that is not laid out to be elsewhere, so the row's own piece always is.
    if (shownPiece !== row.parentElement) {
      if (shownPiece) shownPiece.style.contentVisibility = "";
      shownPiece = row.parentElement;
      shownPiece.style.contentVisibility = "visible";
    }
    // At once: on a smooth way through a long sheet every piece would come near.
    row.scrollIntoView({ block: block, behavior: "instant" });
  }

  new ResizeObserver(function () {
    if (!shown || Date.now() - shown.at > SETTLED) return;
    const row = rowWith(shown.row.id); // an answer may have replaced it
    if (row && row.contains(document.activeElement)) row.scrollIntoView({ block: shown.block, behavior: "instant" });
  }).observe(sheet);

  // A person who scrolls goes on from there.
  ["wheel", "touchmove", "pointerdown", "keydown"].forEach(function (name) {
    window.addEventListener(name, function () { shown = null; }, { capture: true, passive: true });
  });

  // Pieces: rows that are not there yet have a place that knows their numbers

  const pieces = () => Array.from(sheet.tBodies);
  const isAhead = (piece) => piece.matches(".ahead");
  const listed = (text) => text.split(" ").filter(Boolean);

  let coming = null; // the piece that is being fetched for the keys, which wait for it
  let waiting = [];

  // The candidates of a piece in their order: their numbers, and how their rows are found.
  function members(piece) {
    if (!isAhead(piece)) return Array.from(piece.rows, (row) => ({ number: row.dataset.candidate, id: row.id, piece: piece }));
    const ids = listed(piece.dataset.ids);
    return listed(piece.dataset.numbers).map((number, at) => ({ number: number, id: "c-" + ids[at], piece: piece }));
  }

  function pieceOf(id) {
    return pieces().find((piece) => isAhead(piece) && listed(piece.dataset.ids).includes(id.slice(2)));
  }

  // The focus goes to the row with this id, which is fetched where it has to be.
  function goTo(id, block) {
    const row = rowWith(id);
    if (row) return focusOn(row, block);
    const piece = pieceOf(id);
    if (!piece) return;
    coming = piece;
    fetchPiece(piece).then(function () {
      coming = null;
      if (rowWith(id)) focusOn(rowWith(id), block);
      const keys = waiting;
      waiting = [];
      if (rowWith(id)) keys.forEach(function (key) { hear(rowOf(document.activeElement) || rowWith(id), key); });
    });
  }

  const fetched = new WeakMap();

  function fetchPiece(piece) {
    if (!fetched.has(piece)) {
      near.unobserve(piece);
      fetched.set(piece, new Promise(function (resolve) {
        piece.addEventListener("htmx:afterRequest", function (event) {
          piece.classList.toggle("ahead", !event.detail.successful);
          // What could not be fetched may be asked for again.
          if (isAhead(piece)) fetched.delete(piece);
          resolve();
        }, { once: true });
        htmx.trigger(piece, "near");
      }));
    }
    return fetched.get(piece);
  }

  // Come near the window, before they come into it.
  const near = new IntersectionObserver(function (seen) {
    seen.forEach(function (one) { if (one.isIntersecting) fetchPiece(one.target); });
  }, { rootMargin: "1200px 0px" });

  function standIn() {
    const ahead = pieces().filter(isAhead);
    const row = ahead.length && sheet.querySelector("tr[data-candidate]");
    // As high as rows are in this window.
    const height = row ? row.offsetHeight : 0;
    if (height) sheet.style.setProperty("--chunk-height", height * row.parentElement.rows.length + "px");
    ahead.forEach(function (piece) {
      if (height) piece.rows[0].cells[0].style.height = height * listed(piece.dataset.ids).length + "px";
      near.observe(piece);
    });
  }

  function nameOf(row, grade) {
    const radio = row.querySelector(`[name=grade][value="${grade}"]`);
    return radio ? radio.parentElement.textContent : "";
  }

  // What is said

  const filled = (sentence, parts) => sentence.replace(/\{(\w+)\}/g, (_whole, name) => parts[name]);

  function say(sentence, parts) {
    status.textContent = filled(sentence, parts);
    clearTimeout(window.statusTimer);
    window.statusTimer = setTimeout(function () { status.textContent = ""; }, 4000);
  }

  function sayAgain(row, grade) {
    say(grade ? words.again : words.noneAgain, { candidate: row.dataset.candidate, grade: nameOf(row, grade) });
  }

  // Acts

  // `undone` is the act that this one undoes.
  function act(row, grade, isTyped, undone) {
    const before = meant(row);
    if (grade === before) return settle(row);
    const one = {
      id: row.id,
      candidate: row.dataset.candidate,
      address: row.querySelector(grade ? ".grades" : ".reset").form.action,
      grade: grade,
      before: before,
      fields: undone ? { expected_grade: undone.grade, undo: "1" } : { expected_grade: row.dataset.grade },
    };
    if (grade) one.fields.grade = grade;
    if (isTyped) one.fields.typed = "1";
    one.name = one.candidate + " " + (grade ? nameOf(row, grade) : words.without);
    if (!undone) done.push(one);
    if (unsent.length) return keepUnsent([one], whyUnsent);
    enqueue(one);
  }

  function enqueue(one) {
    queue.push(one);
    settle(rowWith(one.id));
    if (queue.length === 1) send();
  }

  function send() {
    if (!queue.length || leaving) return;
    const one = queue[0];
    const row = rowWith(one.id);
    const values = Object.assign({ newest: document.getElementById("newest").value }, one.fields);
    htmx.ajax("POST", one.address, { source: row, target: row, swap: "outerHTML", values: values }).catch(function () {});
  }

  // Its own request tells that an act is answered, whatever else goes wrong.
  sheet.addEventListener("htmx:beforeSend", function (event) {
    const one = queue[0];
    const row = event.target;
    if (!one || row.id !== one.id) return;
    const xhr = event.detail.xhr;
    xhr.addEventListener("timeout", function () { one.failed = "timeout"; });
    xhr.addEventListener("loadend", function () { answered(one, row, xhr); });
  });

  sheet.addEventListener("htmx:beforeSwap", function (event) {
    if (queue.length && event.target.id === queue[0].id) queue[0].hadFocus = event.target.contains(document.activeElement);
  });

  function answered(one, before, xhr) {
    queue.shift();
    const found = session.problem(xhr);
    if (found || [0, 502, 503, 504].includes(xhr.status)) {
      const why = { found: found, sentence: alerts.reason(xhr, one.failed) };
      return keepUnsent([one].concat(queue.splice(0)), why);
    }
    const row = rowWith(one.id);
    if (row !== before) held.delete(one.id);
    if (xhr.status !== 200) refused(one, xhr);
    settle(row);
    if (one.hadFocus && document.activeElement === document.body) focusOn(rowWith(one.id));
    send();
  }

  // The alert stays until it is dismissed, and typing stops until then. What was given to other rows before is still sent,
  // unless the register takes nothing for the whole sheet.
  function refused(one, xhr) {
    const isWhole = xhr.status === 409 && xhr.getResponseHeader("HX-Retarget");
    const acts = [one].concat(isWhole ? queue.splice(0) : []);
    done = done.filter((other) => !acts.includes(other));
    acts.forEach((other) => settle(rowWith(other.id)));
    const names = acts.map((other) => other.name);
    if (isWhole) alerts.addUnsaved(names, one.candidate);
    else if (xhr.status !== 409 && !xhr.getResponseHeader("HX-Retarget")) alerts.show(alerts.reason(xhr), { unsaved: names });
    stopTyping(one.id);
  }

  function stopTyping(id) {
    number.drop();
    // Leaving its row would save it.
    if (choosing) giveUpChoice();
    alerts.focus(function () { goTo(id); });
  }

  // Keeps acts that did not reach the register, named in an alert; their rows show what stands.
  function keepUnsent(acts, why) {
    unsent = unsent.concat(acts);
    whyUnsent = why;
    acts.forEach((one) => settle(rowWith(one.id)));
    if (why.found) session.recover(why.found, acts.map((one) => one.name), sendAgain);
    else showUnsent(why.sentence);
    if (alerts.unread()) stopTyping(acts[0].id);
  }

  function showUnsent(sentence) {
    const again = { label: alerts.words.again, run: sendAgain };
    alerts.show(sentence, { name: "unsent", unsaved: unsent.map((one) => one.name), actions: [again], onDismiss: forget });
  }

  function sendAgain() {
    const acts = unsent;
    unsent = [];
    alerts.remove("unsent");
    acts.forEach(enqueue);
    if (acts.length) goTo(acts[acts.length - 1].id);
  }

  function forget() {
    done = done.filter((one) => !unsent.includes(one));
    unsent = [];
  }

  sendAgain.drop = forget;

  // Back on the network, they are sent without being asked for.
  window.addEventListener("online", function () {
    if (unsent.length && !whyUnsent.found) sendAgain();
  });

  // Nobody leaves the page or confirms while the alert names grades that are not saved.
  window.addEventListener("beforeunload", function (event) {
    if (unsent.length) event.preventDefault();
  });

  document.addEventListener("click", function (event) {
    if (!unsent.length || !event.target.closest("a[href$='/confirm/'], #confirm-again")) return;
    event.preventDefault();
    alerts.focus();
  });

  // The row shows what is meant there, and what stands when nothing is.
  function settle(row) {
    const isChoosing = choosing !== null && choosing.id === row.id;
    row.classList.toggle("is-choosing", isChoosing);
    if (isChoosing) return show(row, choosing.grade);
    if (!isWaiting(row.id) && held.has(row.id)) {
      const hadFocus = row.contains(document.activeElement) && document.activeElement.id;
      const came = held.get(row.id);
      held.delete(row.id);
      row.replaceWith(came);
      row = came;
      if (hadFocus) (document.getElementById(hadFocus) || chosen(row) || row.querySelector("a")).focus();
    }
    show(row, meant(row));
    if (isWaiting(row.id)) row.setAttribute("aria-busy", "true");
    else row.removeAttribute("aria-busy");
  }

  // A live update waits where something here is not answered: the answer brings what stands.
  sheet.addEventListener("htmx:oobBeforeSwap", function (event) {
    const row = event.detail.target;
    if (row.tagName !== "TR" || !isWaiting(row.id)) return;
    event.detail.shouldSwap = false;
    held.set(row.id, event.detail.fragment.firstElementChild);
  });

  function undoLast() {
    afterGrade = false;
    if (choosing) {
      const row = giveUpChoice();
      return sayAgain(row, meant(row));
    }
    const last = done.pop();
    const row = last && rowWith(last.id);
    if (!row) return say(words.nothing, {});
    if (last.before === meant(row)) sayAgain(row, last.before);
    act(row, last.before, true, last);
    focusOn(rowWith(row.id));
  }

  // Choosing: a pointer and the space bar mean it at once. Arrows pass over grades, as somebody does who listens to them: what
  // they chose is saved by Space, Enter or going to another row.

  function choose(row, grade) {
    choosing = { id: row.id, grade: grade };
    settle(row);
    const sentence = grade === meant(row) ? "" : words.chosen;
    shownChoice.textContent = filled(sentence, { candidate: row.dataset.candidate, grade: nameOf(row, grade) });
  }

  function drop() {
    const row = rowWith(choosing.id);
    choosing = null;
    shownChoice.textContent = "";
    if (row) row.classList.remove("is-choosing");
  }

  function keep() {
    if (!choosing) return;
    const one = choosing;
    drop();
    act(rowWith(one.id), one.grade);
  }

  function giveUpChoice() {
    const row = rowWith(choosing.id);
    drop();
    settle(row);
    return row;
  }

  sheet.addEventListener("change", function (event) {
    if (event.target.name !== "grade") return;
    const row = rowOf(event.target);
    if (choosing && choosing.id !== row.id) keep();
    if (byArrow) return choose(row, event.target.value);
    if (choosing) drop();
    act(row, event.target.value);
  });

  sheet.addEventListener("pointerdown", function () { byArrow = afterGrade = false; });

  // Asked a moment later: a row that is swapped takes the focus away and gets it back.
  sheet.addEventListener("focusout", function () {
    setTimeout(function () {
      const now = document.activeElement;
      const isThere = document.hasFocus() && choosing && now.name === "grade" && rowOf(now).id === choosing.id;
      if (!isThere) keep();
      if (!sheet.contains(now)) number.drop();
    });
  });

  sheet.addEventListener("submit", function (event) {
    event.preventDefault();
    keep();
    const row = rowOf(event.target);
    if (event.submitter && event.submitter.matches(".reset")) act(row, "");
  });

  // Who leaves takes nothing along: what is not answered is sent once more, the last of each row, and outlives the page.
  window.addEventListener("pagehide", function () {
    leaving = true;
    keep();
    const last = new Map(queue.map((one) => [one.id, one]));
    last.forEach(function (one) {
      const token = rowWith(one.id).querySelector("[name=csrfmiddlewaretoken]").value;
      const body = new URLSearchParams(Object.assign({ csrfmiddlewaretoken: token }, one.fields));
      fetch(one.address, { method: "POST", body: body, keepalive: true, redirect: "manual" }).catch(function () {});
    });
  });

  // Keys

  function showNumber(now) {
    shownNumber.textContent = now.typed && filled(words.typed, { number: now.typed });
    const warning = now.wrong && filled(now.isBegun ? words.incomplete : words.unknown, { number: now.wrong });
    if (shownWarning.textContent !== warning) shownWarning.textContent = warning;
  }

  function goToNumber(wanted) {
    if (wanted) goTo(pieces().flatMap(members).find((one) => one.number === wanted).id, "center");
    return wanted;
  }

  function typeDigit(digit) {
    afterNumber = Boolean(goToNumber(number.add(digit)));
  }

  // Ends the number that is being typed. Returns its row, now with the focus; nothing where the list does not have it.
  function endNumber() {
    return goToNumber(number.end()) && rowOf(document.activeElement);
  }

  // The row above or below, over the edge of a piece too.
  function beside(row, isDown) {
    const next = isDown ? row.nextElementSibling : row.previousElementSibling;
    if (next) return next.id;
    let piece = row.parentElement;
    do piece = isDown ? piece.nextElementSibling : piece.previousElementSibling;
    while (piece && piece.tagName === "TBODY" && !members(piece).length);
    return piece && piece.tagName === "TBODY" && members(piece).at(isDown ? 0 : -1).id;
  }

  function move(row, key) {
    const all = key === "Home" || key === "End" ? pieces().flatMap(members) : [];
    const to = all.length ? all.at(key === "Home" ? 0 : -1).id : beside(row, key === "ArrowDown");
    number.drop();
    if (to) goTo(to);
  }

  function give(row, grade) {
    if (number.isBusy()) row = endNumber();
    if (coming) return waiting.push(grade[0]);
    if (!row || !isOpen(row)) return;
    if (choosing && choosing.id === row.id) drop();
    act(row, grade, true);
    move(rowWith(row.id), "ArrowDown");
    afterGrade = true;
  }

  function remove(row, key, isRepeated) {
    if (number.isBusy()) return key === "Backspace" && number.removeDigit();
    if (isRepeated || !isOpen(row)) return;
    if (choosing && choosing.id === row.id) drop();
    act(row, "");
  }

  // Whether the key was one of ours.
  function press(row, event) {
    return hear(row, event.key, event.repeat);
  }

  function hear(row, key, isRepeated) {
    const grade = keys[key.toUpperCase()];
    const isTyping = /^[0-9]$/.test(key) || Boolean(grade);
    const isEnd = key === "Enter" || key === " ";
    // A finger that rests on a key means it once.
    if (isRepeated && (isTyping || (isEnd && (number.isBusy() || afterNumber)))) return true;
    if (coming) return waiting.push(key) > 0;
    const isAfterNumber = afterNumber;
    const isAfterGrade = afterGrade;
    afterNumber = afterGrade = false;
    if (isTyping && alerts.unread()) alerts.focus();
    else if (grade) give(row, grade);
    else if (isTyping) typeDigit(key);
    else if (["ArrowUp", "ArrowDown", "Home", "End"].includes(key)) move(row, key);
    else if ((key === "Delete" || key === "Backspace") && isAfterGrade) undoLast(); // the letter, not the grade of the next row
    else if (key === "Delete" || key === "Backspace") remove(row, key, isRepeated);
    else if (isEnd && number.isBusy()) endNumber();
    else if (isEnd && (isAfterNumber || isAfterGrade)) afterGrade = isAfterGrade; // between entries, as on paper
    else if (isEnd && choosing && choosing.id === row.id) keep();
    else if (key === "Escape" && number.isBusy()) number.clear();
    else if (key === "Escape" && choosing && choosing.id === row.id) focusOn(giveUpChoice());
    else return number.isBusy() && (key === "ArrowLeft" || key === "ArrowRight");
    return true;
  }

  sheet.addEventListener("keydown", function (event) {
    byArrow = event.key === "ArrowLeft" || event.key === "ArrowRight";
    const row = rowOf(event.target);
    if (!row || event.altKey || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      if (event.shiftKey || event.key.toLowerCase() !== "z") return;
      if (!event.repeat) undoLast();
    } else if (!press(row, event)) return;
    event.preventDefault();
    spaceIsOurs = event.key === " ";
  });

  // Some browsers click with the space bar when it comes up.
  let spaceIsOurs = false;
  sheet.addEventListener("keyup", function (event) {
    if (event.key !== " " || !spaceIsOurs) return;
    spaceIsOurs = false;
    event.preventDefault();
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !event.defaultPrevented && number.isBusy()) number.clear();
  });

  // Ways in

  function firstUngraded(piece) {
    if (isAhead(piece)) return piece.dataset.ungraded && "c-" + piece.dataset.ungraded;
    const row = Array.from(piece.rows).find((one) => !meant(one));
    return row && row.id;
  }

  const start = document.getElementById("type-grades");
  if (start) {
    start.addEventListener("click", function () {
      number.clear();
      const first = pieces().map(firstUngraded).find(Boolean) || pieces().flatMap(members)[0].id;
      goTo(first, "center");
    });
  }

  window.gradereg.sheet = { isUnsaved: () => Boolean(queue.length || unsent.length || choosing) };

  // The browser itself goes to the row first, and takes the focus from all else.
  window.addEventListener("load", function () {
    if (window.location.hash.startsWith("#c-")) goTo(window.location.hash.slice(1), "center");
    standIn();
  });
})();
