// A page that answers a form, such as one with errors: Back and reload get its address instead of asking to send the form
// again. `data-address` is that address; with `data-answer` it is the page of the form, and what was filled in is kept with
// the tab's history and shown to the same person again, with the version that the form carries. The server compares that
// as always.
const { user } = document.body.dataset;
const main = document.querySelector("main");
const isAnswer = main.dataset.answer !== undefined;
const formPage = isAnswer && document.referrer.startsWith(`${window.location.origin}/`) ? document.referrer : "";
const address = main.dataset.address || formPage;
if (address) window.history.replaceState(window.history.state, "", address);

const forms = () => [...main.querySelectorAll("form[method=post]")];
const isKept = ({ name, type }) =>
  name && name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(type);

const valuesOf = (form) => [...form.elements].filter(isKept).map(({ name, value, checked }) => ({ name, value, checked }));

const fill = (form, values) => {
  const fields = [...form.elements].filter(isKept);
  if (fields.length !== values.length || fields.some(({ name }, place) => name !== values[place].name)) return;
  for (const [place, field] of fields.entries()) {
    const { value, checked } = values[place];
    if (["checkbox", "radio"].includes(field.type)) field.checked = checked && field.value === value;
    else field.value = value;
  }
};

if (formPage) {
  window.addEventListener("pagehide", () => {
    const kept = Object.fromEntries(forms().map((form) => [form.action, valuesOf(form)]));
    window.history.replaceState({ ...window.history.state, kept, user }, "");
  });
} else {
  const { kept = {}, user: writer } = window.history.state ?? {};
  for (const form of writer === user ? forms() : []) if (kept[form.action]) fill(form, kept[form.action]);
}
