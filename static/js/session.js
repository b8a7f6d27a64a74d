// The session behind an open page may end, be renewed or become somebody else's in another tab. What was not saved is named
// and kept; it is sent when the same person is signed in again.
window.gradereg = window.gradereg || {};
(function () {
  "use strict";

  const body = document.body;
  const alerts = window.gradereg.alerts;
  const words = alerts.words;
  const NAME = "session"; // of the alert
  let waiting = []; // what was not saved: { unsaved: names, again: sends it }
  let renewals = 0; // without an answer that was taken

  // What is wrong with the session that `xhr` was sent in: "ended", "stale" (another token by now), "other" (person), or "".
  function problem(xhr) {
    if (!xhr || !xhr.status) return "";
    const path = xhr.responseURL ? new URL(xhr.responseURL).pathname : "";
    if (path.startsWith("/sign-in/") || path.startsWith("/join/")) return "ended";
    const told = xhr.getResponseHeader("X-Session") || "";
    if (!told && xhr.status < 400) renewals = 0;
    return told;
  }

  // Asks who is signed in. Where it is the person of this page, its forms get the token that holds now.
  async function renew() {
    try {
      const answer = await fetch(body.dataset.session, { headers: { Accept: "application/json" } });
      const now = answer.ok && !answer.redirected ? await answer.json() : { user: "" };
      if (!now.user) return { state: "ended" };
      if (now.user !== body.dataset.user) return { state: "other", name: now.name };
      setToken(now.token);
      return { state: "same" };
    } catch {
      return { state: "offline" };
    }
  }

  function setToken(token) {
    const headers = JSON.parse(body.getAttribute("hx-headers"));
    body.setAttribute("hx-headers", JSON.stringify(Object.assign(headers, { "X-CSRFToken": token })));
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach(function (field) { field.value = token; });
  }

  // Keeps what was not saved, and sends it as soon as that is possible.
  function recover(found, unsaved, again) {
    waiting.push({ unsaved: unsaved, again: again });
    if (found === "ended" || renewals >= 3) return tell({ state: found === "ended" ? found : "stale" });
    renewals += 1;
    resume();
  }

  function resume() {
    return renew().then(function (now) {
      if (now.state !== "same") return tell(now);
      const acts = waiting;
      waiting = [];
      alerts.remove(NAME);
      acts.forEach(function (one) { one.again(); });
    });
  }

  function tell(now) {
    const sentences = { ended: words.signedOut, other: words.otherPerson, offline: words.failed, stale: words.stale };
    const sentence = sentences[now.state].replaceAll("{name}", now.name || "").replaceAll("{mine}", body.dataset.name);
    const unsaved = waiting.flatMap((one) => one.unsaved);
    const before = alerts.find(NAME)[0];
    if (before && !unsaved.length && before.dataset.state === now.state) return;
    const signIn = { label: words.signIn, href: window.location.href.split("#")[0], target: "_blank" };
    const goOn = { label: words.again, run: resume };
    const reload = { label: words.reload, run: function () { window.location.reload(); } };
    const actions = { ended: [signIn, goOn], other: [goOn, reload], offline: [goOn], stale: [goOn, reload] };
    const box = alerts.show(sentence, {
      name: NAME,
      unsaved: unsaved,
      actions: actions[now.state],
      onDismiss: function () {
        const dropped = waiting;
        waiting = [];
        dropped.forEach(function (one) { if (one.again.drop) one.again.drop(); });
      },
    });
    box.dataset.state = now.state;
    if (unsaved.length) alerts.focus();
  }

  // Back from the tab where somebody signed in.
  function comeBack() {
    if (!document.hidden && alerts.find(NAME).length) resume();
  }

  document.addEventListener("visibilitychange", comeBack);
  window.addEventListener("focus", comeBack);

  // Whether something here would be lost if the page were loaded anew.
  function isUnsaved() {
    const fields = Array.from(document.querySelectorAll("main input:not([type=radio], [type=checkbox], [type=hidden]), main textarea, dialog input"));
    const isFilled = fields.some((one) => (one.type === "file" ? one.files.length : one.value !== one.defaultValue));
    const sheet = window.gradereg.sheet;
    return isFilled || Boolean(alerts.unread() || waiting.length || (sheet && sheet.isUnsaved()));
  }

  const nameOf = (form) => Array.from(form.querySelectorAll("[type=file]")).flatMap((one) => Array.from(one.files, (file) => file.name));

  body.addEventListener("htmx:beforeOnLoad", function (event) {
    const found = problem(event.detail.xhr);
    if (!found) return;
    event.preventDefault();
    const asked = event.detail.requestConfig;
    if (asked.elt.matches(".sheet tr")) return; // the sheet keeps its acts itself
    const isPoll = asked.verb === "get" || asked.elt.id === "practice-body";
    if (!isPoll || found === "stale") return recover(found, nameOf(asked.elt), sender(asked));
    if (found === "ended" && !isUnsaved()) return window.location.reload();
    if (found === "other") renew().then(function (now) { if (now.state === "other") tell(now); });
    else tell({ state: found });
  });

  // Sends the same once more.
  function sender(asked) {
    const submitter = asked.triggeringEvent && asked.triggeringEvent.submitter;
    return function () {
      if (asked.elt.matches("form")) asked.elt.requestSubmit(submitter || null);
      else if (submitter || asked.elt.matches("button")) (submitter || asked.elt).click();
    };
  }

  window.gradereg.session = { problem, recover, isUnsaved };
})();
