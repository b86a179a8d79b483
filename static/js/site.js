/* Comfort only: every page works without this file. */
"use strict";

/** Put the reader on the error summary of a page or of a swapped fragment. */
function focusErrors(root) {
  const summary = root.querySelector(".error-summary");
  if (summary) summary.focus();
}

/** A link of the summary leads into the field, also where the field is a group of choices. */
function focusField(event) {
  const link = event.target.closest(".error-summary a[href^='#']");
  if (!link) return;
  const place = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const control = place && (place.matches("input, select, textarea") ? place : place.querySelector("input, select, textarea"));
  if (!control) return;
  event.preventDefault();
  control.closest(".field")?.scrollIntoView({ block: "start" });
  control.focus({ preventScroll: true });
}

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (event.type === "keydown" && event.key === "Escape") {
      if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    } else if (event.type === "click" && !menu.contains(event.target)) {
      menu.open = false;
    }
  }
}

/** A second tap on "file" while the first is under way is not a second complaint. */
function refuseSecondSubmit(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  else form.dataset.sent = "1";
  // An answer that is a download leaves this page standing.
  setTimeout(() => delete form.dataset.sent, 5000);
}

function allowSubmitAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

async function copyText(event) {
  const button = event.target.closest("button[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
  button.textContent = document.body.dataset.copied;
}

/** Show only the choices that contain what was typed; a chosen one stays. */
function filterChoices(event) {
  const box = event.target.closest("[data-filter]");
  const list = box && document.getElementById(box.dataset.filter);
  if (!list) return;
  const wanted = event.target.value.trim().toLowerCase();
  let shown = 0;
  for (const label of list.querySelectorAll("label")) {
    const fits = label.textContent.toLowerCase().includes(wanted) || label.querySelector(":checked");
    label.parentElement.hidden = !fits;
    if (fits) shown += 1;
  }
  const none = box.querySelector("[data-filter-none]");
  none.textContent = shown ? "" : none.dataset.filterNone;
}

function reveal(root) {
  for (const box of root.querySelectorAll("[data-filter][hidden]")) box.hidden = false;
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy][hidden]")) button.hidden = false;
}

function sayOffline() {
  const messages = document.getElementById("messages");
  const line = document.createElement("p");
  line.className = "message error";
  line.textContent = document.body.dataset.offline;
  messages.replaceChildren(line);
  messages.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", focusField);
document.addEventListener("click", closeMenus);
document.addEventListener("click", copyText);
document.addEventListener("keydown", closeMenus);
document.addEventListener("input", filterChoices);
document.addEventListener("submit", refuseSecondSubmit);
window.addEventListener("pageshow", allowSubmitAgain);
document.addEventListener("htmx:afterSettle", (event) => {
  reveal(event.target);
  focusErrors(event.target);
});
document.addEventListener("htmx:sendError", sayOffline);
document.addEventListener("htmx:responseError", sayOffline);
reveal(document);
focusErrors(document);
