// What pages do beyond links and forms. Everything here works without it, too.
"use strict";

const COPIED_MS = 1500;

// The clock goes on as the world's does: so many of its seconds in a real one.
function tick(timer) {
  const shown = Date.parse(timer.dataset.now), rate = Number(timer.dataset.rate), since = performance.now();
  const time = timer.querySelector("time");
  if (!rate || Number.isNaN(shown)) return;
  setInterval(() => {
    const now = new Date(shown + (performance.now() - since) * rate);
    if (!Number.isNaN(now.getTime())) time.textContent = now.toISOString().slice(0, 19).replace("T", " ") + " UTC";
  }, 1000);
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Mark the text";
  }
  setTimeout(() => { button.textContent = "Copy"; }, COPIED_MS);
}

document.documentElement.classList.add("with-script");
document.querySelectorAll("[role=timer]").forEach(tick);
document.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches("select[data-submit-on-change]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-check-all]")) {
    for (const box of document.querySelectorAll(`input[type=checkbox][name="${event.target.dataset.checkAll}"]`)) {
      if (!box.disabled) box.checked = event.target.checked;
    }
  }
});
// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post") event.target.dataset.sent = "1";
});
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});
// What a button shows and hides; without this it asks the server for a page with that shown.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggles]");
  if (!button) return;
  event.preventDefault();
  const part = document.getElementById(button.dataset.toggles);
  part.hidden = !part.hidden;
  button.setAttribute("aria-expanded", String(!part.hidden));
});
