/* Drawing rectangles on a picture. Without this file the same form takes bands and numbers. */
"use strict";

const WHOLE = 1000;
const SMALLEST = 5;
const board = document.querySelector("svg[data-mask-board]");
const list = document.querySelector("[data-mask-list]");
const switcher = document.querySelector("button[data-mask-draw]");
const view = board.viewBox.baseVal;
let started = null;
let drawn = null;

function drawing() {
  return switcher.getAttribute("aria-pressed") === "true";
}

/** A finger either scrolls the page or draws, never both. */
function switchDrawing() {
  switcher.setAttribute("aria-pressed", String(!drawing()));
  board.style.touchAction = drawing() ? "none" : "";
  board.style.cursor = drawing() ? "crosshair" : "";
}

/** Where the pointer is, in thousandths of the picture. */
function place(event) {
  const box = board.getBoundingClientRect();
  const part = (at, start, length) => Math.min(WHOLE, Math.max(0, ((at - start) / length) * WHOLE));
  return { x: part(event.clientX, box.left, box.width), y: part(event.clientY, box.top, box.height) };
}

function between(from, to) {
  const x = Math.floor(Math.min(from.x, to.x));
  const y = Math.floor(Math.min(from.y, to.y));
  return { x, y, w: Math.ceil(Math.max(from.x, to.x)) - x, h: Math.ceil(Math.max(from.y, to.y)) - y };
}

function show(rect, found) {
  rect.setAttribute("x", (found.x * view.width) / WHOLE);
  rect.setAttribute("y", (found.y * view.height) / WHOLE);
  rect.setAttribute("width", (found.w * view.width) / WHOLE);
  rect.setAttribute("height", (found.h * view.height) / WHOLE);
}

function begin(event) {
  if (!drawing() || !event.isPrimary) return;
  event.preventDefault();
  board.setPointerCapture(event.pointerId);
  started = place(event);
  drawn = document.createElementNS("http://www.w3.org/2000/svg", "rect");
  board.append(drawn);
}

function follow(event) {
  if (started) show(drawn, between(started, place(event)));
}

function finish(event) {
  if (!started) return;
  const found = between(started, place(event));
  started = null;
  if (found.w < SMALLEST || found.h < SMALLEST) {
    drawn.remove();
    return;
  }
  show(drawn, found);
  drawn.dataset.rect = [found.x, found.y, found.w, found.h].join(",");
  list.append(line(drawn.dataset.rect));
}

function giveUp() {
  if (started) drawn.remove();
  started = null;
}

/** A box to untick: the form sends what is ticked. */
function line(value) {
  const number = list.children.length + 1;
  const row = document.createElement("div");
  const box = document.createElement("input");
  const label = document.createElement("label");
  row.className = "choice";
  Object.assign(box, { type: "checkbox", name: "rect", value, checked: true, id: `rect-${number}` });
  label.htmlFor = box.id;
  label.textContent = `${list.dataset.label} ${number}`;
  row.append(box, label);
  return row;
}

function toggle(event) {
  for (const rect of board.querySelectorAll("rect")) {
    if (rect.dataset.rect === event.target.value) rect.setAttribute("visibility", event.target.checked ? "visible" : "hidden");
  }
}

for (const tool of document.querySelectorAll("[data-mask-tools]")) tool.hidden = false;
switcher.addEventListener("click", switchDrawing);
board.addEventListener("pointerdown", begin);
board.addEventListener("pointermove", follow);
board.addEventListener("pointerup", finish);
board.addEventListener("pointercancel", giveUp);
list.addEventListener("change", toggle);
