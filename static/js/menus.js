// Menus: <details data-menu>, closed by a click elsewhere, a choice or Escape.

const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  openMenus().forEach((menu) => {
    if (!menu.contains(event.target) || !event.target.closest("summary")) menu.open = false;
  });
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const [menu] = openMenus();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
