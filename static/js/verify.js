/* The SHA-256 of a chosen file, computed here: the file itself is never sent. Needs sha256.js.
   Without this file the same form takes a hash that was computed elsewhere. */
"use strict";

const chooser = document.querySelector("[data-hash-of]");
const target = document.getElementById(chooser.dataset.hashOf);
const said = chooser.querySelector("[data-hash-said]");

async function hashChosen(event) {
  const file = event.target.files[0];
  if (!file) return;
  target.value = "";
  said.textContent = chooser.dataset.busy;
  try {
    target.value = await sha256OfFile(file, (share) => {
      said.textContent = `${chooser.dataset.busy} ${Math.round(share * 100)}%`;
    });
  } catch {
    said.textContent = chooser.dataset.failed;
    return;
  }
  said.textContent = "";
  target.form.requestSubmit();
}

chooser.hidden = false;
chooser.querySelector("input").addEventListener("change", hashChosen);
