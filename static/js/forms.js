// Forms: errors get the focus, files can be dropped, and one box ticks all others of its form.

function focusErrors(root) {
  const errors = root.querySelector("[data-errors]");
  if (errors) errors.focus();
}

focusErrors(document);
document.body.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));

["dragenter", "dragover", "dragleave", "drop"].forEach((name) => {
  document.addEventListener(name, (event) => {
    const zone = event.target.closest && event.target.closest("[data-drop-zone]");
    if (!zone) return;
    event.preventDefault();
    zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
    if (name === "drop" && event.dataTransfer.files.length) {
      zone.querySelector("input[type=file]").files = event.dataTransfer.files;
    }
  });
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-tick-all]")) return;
  [...event.target.form.elements].filter((box) => box.type === "checkbox").forEach((box) => { box.checked = event.target.checked; });
});
