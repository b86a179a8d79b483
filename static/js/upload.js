/* Files one by one, each with its progress. Without this file the form sends them all at once. */
"use strict";

const form = document.querySelector("form[data-upload]");
const list = form.querySelector("[data-upload-list]");
const button = form.querySelector("button");
const rowOf = document.querySelector("template[data-upload-row]");

async function sendAll(event) {
  const inputs = [...form.querySelectorAll("input[type=file]")];
  const files = inputs.flatMap((input) => [...input.files]);
  if (!files.length) return; // the server says what to do
  event.preventDefault();
  if (button.disabled) return;
  button.disabled = true;
  const jobs = files.map((file) => [file, addRow(file)]);
  for (const [file, row] of jobs) await sendOne(file, row);
  for (const input of inputs) input.value = "";
  button.disabled = false;
  form.querySelector("[data-upload-done]").hidden = false;
}

function addRow(file) {
  const row = rowOf.content.firstElementChild.cloneNode(true);
  row.querySelector("strong").textContent = file.name;
  row.querySelector(".meta").textContent = file.size < 2 ** 20 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 2 ** 20).toFixed(1)} MB`;
  row.querySelector("[data-state]").textContent = form.dataset.waiting;
  row.querySelector("progress").setAttribute("aria-label", file.name);
  list.append(row);
  return row;
}

async function sendOne(file, row) {
  if (file.size > Number(form.dataset.most)) return say(row, "refused", form.dataset.tooBig);
  try {
    const data = new FormData();
    for (const field of form.querySelectorAll("input:not([type=file]), select")) data.append(field.name, field.value);
    data.append("sha256", await hash(file));
    data.append("uploads", file, file.name);
    const [answer] = (await post(data, row.querySelector("progress"))).results;
    say(row, answer.state, answer.text, answer.url);
  } catch {
    say(row, "refused", form.dataset.failed);
  }
}

/** The server compares it with what arrived. Empty where the browser cannot reckon it. */
async function hash(file) {
  if (!globalThis.crypto?.subtle) return "";
  const sum = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function post(data, bar) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", location.href);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) bar.value = (100 * event.loaded) / event.total;
    };
    request.onload = () => (request.response?.results?.length ? done(request.response) : failed());
    request.onerror = request.onabort = failed;
    request.send(data);
  });
}

/** state: kept, known or refused. */
function say(row, state, text, url) {
  const badge = row.querySelector("[data-state]");
  badge.textContent = form.dataset[state];
  badge.className = `status ${{ kept: "good", known: "info" }[state] ?? "bad"}`;
  row.querySelector("progress").remove();
  row.querySelector("[data-text]").textContent = text;
  if (!url) return;
  const link = document.createElement("a");
  link.href = url;
  link.append(row.querySelector("strong").textContent);
  row.querySelector("strong").replaceChildren(link);
}

form.addEventListener("submit", sendAll);
