// What pages do beyond links and forms. Everything here works without it, too.
"use strict";

const COPIED_MS = 1500;

// What is followed begins so long after a page is there: whoever waits for the page to be quiet need not wait for that.
const FOLLOW_AFTER_MS = 1500;

// The clock goes on as the world's does: so many of its seconds in a real one.
function tick(timer) {
  let shown, rate, since;
  const time = timer.querySelector("time");
  const begin = () => { shown = Date.parse(timer.dataset.now); rate = Number(timer.dataset.rate); since = performance.now(); };
  const show = () => {
    const now = new Date(shown + (performance.now() - since) * rate);
    if (!Number.isNaN(now.getTime())) time.textContent = now.toISOString().slice(0, 19).replace("T", " ") + " UTC";
  };
  begin();
  timer.addEventListener("set", () => { begin(); show(); });
  setInterval(() => { if (rate) show(); }, 1000);
}

// Parts of a page that show what is: [data-live] is asked for anew when the world has changed, unless somebody is at it,
// and [data-live-calls] when the client has called; its value is how many calls it shows.
function refresh(part) {
  const busy = part.contains(document.activeElement) || part.querySelector("details[open], input:checked");
  part.toggleAttribute("data-stale", Boolean(busy));
  if (!busy) htmx.ajax("GET", location.pathname + location.search, { target: part, swap: "innerHTML" });
}
function follow(bar) {
  let stream = null, version = null, calls = null;
  const ofCalls = document.querySelector("[data-live-calls]");
  const address = bar.dataset.follow + (ofCalls ? `&calls=${ofCalls.dataset.liveCalls}` : "");
  const began = (told) => {
    for (const timer of document.querySelectorAll("[role=timer]")) {
      timer.dataset.now = told.now;
      timer.dataset.rate = told.advancing ? 0 : told.rate;
      timer.dispatchEvent(new Event("set"));
    }
    for (const part of document.querySelectorAll("[data-while-advancing]")) part.hidden = !told.advancing;
    for (const state of document.querySelectorAll(".clock-bar .state")) {
      state.textContent = told.advancing ? "an advance runs" : told.rate === 0 ? "standing" : "running";
    }
    if (version !== told.version) document.querySelectorAll("[data-live]").forEach(refresh);
    if (calls !== told.calls) document.querySelectorAll("[data-live-calls]").forEach(refresh);
    version = told.version;
    calls = told.calls;
  };
  // a hidden page follows nothing: browsers open few connections to one server
  const open = () => {
    if (document.hidden) { stream?.close(); stream = null; } else if (!stream) {
      stream = new EventSource(address);
      stream.onmessage = (event) => began(JSON.parse(event.data));
    }
  };
  document.addEventListener("visibilitychange", open);
  document.addEventListener("focusout", () => setTimeout(() => document.querySelectorAll("[data-stale]").forEach(refresh), 0));
  window.addEventListener("pagehide", () => { stream?.close(); stream = null; });
  open();
}

// A page of work that takes long shows how far it is, and goes on once the work is over.
function watch(part) {
  const bar = part.querySelector("progress"), text = part.querySelector("[data-how-far]");
  const stream = new EventSource(part.dataset.work);
  stream.onmessage = (event) => {
    const told = JSON.parse(event.data);
    if (told.of) { bar.max = told.of; bar.value = told.done; } else bar.removeAttribute("value");
    if (told.text) text.textContent = told.text;
    if (told.over) { stream.close(); location.reload(); }
  };
  stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) location.reload(); };
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
window.addEventListener("load", () => {
  const bar = document.querySelector("[data-follow]");
  if (bar) setTimeout(follow, FOLLOW_AFTER_MS, bar);
});
document.querySelectorAll("[data-work]").forEach(watch);
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
