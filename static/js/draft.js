/* Saves a page of the wizard while one types. Without this file the buttons do it. */
"use strict";

const form = document.querySelector("form[data-autosave]");
const place = form.querySelector("[data-autosave-said]");
const PAUSE = 1500;
let timer = 0;
let stopped = false;
let saving = null;

function later() {
  clearTimeout(timer);
  if (!stopped) timer = setTimeout(save, PAUSE);
}

function save() {
  if (saving) return later();
  saving = send().finally(() => (saving = null));
}

async function send() {
  const data = new FormData(form);
  data.append("autosave", "1");
  try {
    said(await fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual" }));
  } catch {
    place.textContent = form.dataset.failed;
  }
}

function said(answer) {
  if (answer.status === 204) {
    form.elements.version.value = answer.headers.get("Draft-Version");
    place.textContent = `${form.dataset.saved} ${answer.headers.get("Draft-Saved-At")}`;
  } else if (answer.status === 409) {
    stopped = true;
    place.textContent = form.dataset.clash;
  } else {
    place.textContent = form.dataset.failed;
  }
}

/** The button sends everything itself. A save under way ends first: else the page would be refused
    for a version that is its own. */
async function stop(event) {
  clearTimeout(timer);
  stopped = true;
  if (!saving) return;
  event.preventDefault();
  event.stopPropagation();
  await saving;
  form.requestSubmit(event.submitter);
}

function again() {
  stopped = false;
}

form.addEventListener("input", later);
form.addEventListener("submit", stop);
window.addEventListener("pageshow", again);
