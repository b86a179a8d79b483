/* Hashes the chosen files and says of each whether it is as listed. Opened from a disk, offline. */
"use strict";

const SAYS = {
  same: ["✓ 一致", "good"],
  changed: ["✗ 被改动", "bad"],
  missing: ["– 缺少", "warn"],
  extra: ["? 不在清单里", "warn"],
  unread: ["! 读不出来", "bad"],
  unsure: ["? 没法核对", "warn"],
  checking: ["正在算…", ""],
};
const SUMS = "SHA256SUMS";
const ITSELF = "verify.html";
const told = JSON.parse(document.getElementById("manifest").textContent);
const listed = told.files;
const places = new Map(listed.map((row) => [row.path, row]));
const endings = new Map(listed.map((row) => [row.path.split("/").pop(), row.path]));
let run = 0;

function put(id, words) {
  document.getElementById(id).textContent = words;
}

function line(path, title, state) {
  const row = document.createElement("tr");
  const name = row.insertCell();
  name.textContent = path;
  if (title) name.appendChild(document.createElement("small")).textContent = title;
  const result = row.insertCell();
  row.dataset.path = path;
  row.dataset.state = state;
  if (SAYS[state]) {
    result.textContent = SAYS[state][0];
    result.className = SAYS[state][1];
  }
  return row;
}

function show(states, extra) {
  const rows = [...listed.map((row) => line(row.path, row.title, states.get(row.path) || ""))];
  for (const path of extra) rows.push(line(path, "", "extra"));
  document.getElementById("rows").replaceChildren(...rows);
}

/** The place in the list a chosen file stands for; files picked without folders go by their name. */
function placeOf(path) {
  const parts = path.normalize("NFC").split("/");
  for (let from = 0; from < parts.length; from += 1) {
    const rest = parts.slice(from).join("/");
    if (places.has(rest)) return rest;
  }
  return parts.length === 1 ? endings.get(parts[0]) : undefined;
}

/** SHA256SUMS word for word, with the hash it gives for this page. */
function sumsWith(hashOfPage) {
  const rows = listed.filter((row) => row.path !== SUMS);
  return rows.map((row) => `${row.path === ITSELF ? hashOfPage : row.sha256}  ${row.path}\n`).join("");
}

/** These two cannot hold their own hash: each is held against the other. */
async function checkPair(states, found, files) {
  if (!files.has(SUMS) || !found.get(SUMS)) {
    if (states.get(ITSELF) === "same") states.set(ITSELF, "unsure");
    return;
  }
  const written = await files.get(SUMS).text();
  const said = written.match(/^([0-9a-f]{64}) {2}verify\.html$/m);
  const whole = Boolean(said) && written === sumsWith(said[1]);
  states.set(SUMS, whole ? "same" : "changed");
  if (states.get(ITSELF) === "same" && !whole) states.set(ITSELF, "unsure");
  else if (states.get(ITSELF) === "same" && found.get(ITSELF) !== said[1]) states.set(ITSELF, "changed");
}

function verdict(states, extra) {
  const count = (state) => [...states.values()].filter((one) => one === state).length;
  const [changed, missing, unread] = [count("changed"), count("missing"), count("unread")];
  const unsure = count("unsure");
  const box = document.getElementById("verdict");
  const parts = [];
  if (changed) parts.push(`${changed} 个被改动`);
  if (missing) parts.push(`${missing} 个缺少`);
  if (unread) parts.push(`${unread} 个读不出来`);
  if (unsure) parts.push(`${unsure} 个没法核对`);
  if (extra.length) parts.push(`${extra.length} 个不在清单里`);
  box.dataset.done = String(run);
  box.className = changed || unread ? "bad" : parts.length ? "" : "good";
  box.textContent = parts.length
    ? `${parts.join("，")}；${count("same")} 个一致。`
    : `全部 ${listed.length} 个文件一致，没有改过。`;
}

async function hashed(file) {
  try {
    return await sha256OfFile(file);
  } catch {
    return null;
  }
}

async function check(chosen) {
  const mine = (run += 1);
  delete document.getElementById("verdict").dataset.done;
  const states = new Map(listed.map((row) => [row.path, "missing"]));
  const found = new Map();
  const files = new Map();
  const extra = [];
  for (const [number, [path, file]] of chosen.entries()) {
    const place = placeOf(path);
    if (!place) {
      // Systems leave notes of their own in folders (.DS_Store).
      if (!path.split("/").pop().startsWith(".")) extra.push(path);
      continue;
    }
    put("verdict", `正在核对第 ${number + 1} 个，共 ${chosen.length} 个…`);
    states.set(place, "checking");
    show(states, extra);
    const hash = await hashed(file);
    if (mine !== run) return;
    found.set(place, hash);
    files.set(place, file);
    const wanted = places.get(place).sha256;
    states.set(place, hash === null ? "unread" : !wanted || hash === wanted ? "same" : "changed");
  }
  await checkPair(states, found, files);
  show(states, extra);
  verdict(states, extra);
}

/** Everything below a dropped folder, as [path, file]. */
async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((good, bad) => entry.file(good, bad));
    return [[entry.fullPath.replace(/^\//, ""), file]];
  }
  const reader = entry.createReader();
  const rows = [];
  for (;;) {
    const some = await new Promise((good, bad) => reader.readEntries(good, bad));
    if (!some.length) return rows;
    for (const one of some) rows.push(...(await walk(one)));
  }
}

async function dropped(event) {
  event.preventDefault();
  document.getElementById("drop").classList.remove("over");
  const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry()).filter(Boolean);
  const rows = [];
  for (const entry of entries) rows.push(...(await walk(entry)));
  check(rows);
}

for (const id of ["folder", "files"]) {
  document.getElementById(id).addEventListener("change", (event) => {
    check([...event.target.files].map((file) => [file.webkitRelativePath || file.name, file]));
  });
}
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.getElementById("drop").classList.add("over");
});
document.addEventListener("drop", dropped);

put("made", told.made_on ? `${told.made_on} ` : "");
put("code", told.code);
put("address", told.url);
const problems = told.problems.map((row) => {
  const item = document.createElement("li");
  item.textContent = `${row.title}：${row.why}`;
  return item;
});
document.getElementById("problems").replaceChildren(...problems);
document.getElementById("missing").hidden = !problems.length;
show(new Map(), []);
