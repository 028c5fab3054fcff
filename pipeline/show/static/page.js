"use strict";
// Choosing values and cells, the loupe, the keyboard: the same on the review page and the one-file page.
const $ = (selector, root) => (root || document).querySelector(selector);
const $$ = (selector, root) => [...(root || document).querySelectorAll(selector)];
const SVG = "http://www.w3.org/2000/svg";
const base = document.body.dataset.base || "";
const chosen = { row: "", column: "", value: null, finding: null };

function places(element) {
  const text = element && element.dataset.places;
  if (!text) return [];
  return text.split(";").map((part) => {
    const [page, x0, top, x1, bottom] = part.split(",").map(Number);
    return { page, x0, top, x1, bottom };
  });
}

function rect(place, name) {
  const box = document.createElementNS(SVG, "rect");
  box.setAttribute("class", name);
  box.setAttribute("x", place.x0 - 1);
  box.setAttribute("y", place.top - 1);
  box.setAttribute("width", place.x1 - place.x0 + 2);
  box.setAttribute("height", place.bottom - place.top + 2);
  return box;
}

// A sheet with two pages on has a figure for each.
function figureOf(place) {
  const all = $$('figure.sheet[data-page="' + place.page + '"]');
  const x = (place.x0 + place.x1) / 2, y = (place.top + place.bottom) / 2;
  return all.find((one) => {
    const box = $("svg", one).viewBox.baseVal;
    return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
  }) || all[0];
}

// --- what is chosen ---

function drawChoice() {
  for (const box of $$(".chosen-box")) box.remove();
  for (const place of chosen.places || []) {
    const sheet = figureOf(place);
    const layer = sheet && $("g.choice", sheet);
    if (layer) layer.append(rect(place, "chosen-box"));
  }
}

function showPlace(place) {
  const sheet = figureOf(place), scroller = document.getElementById("pages");
  if (!sheet || !scroller) return;
  const drawing = $("svg", sheet), frame = drawing.viewBox.baseVal;
  const box = drawing.getBoundingClientRect(), view = scroller.getBoundingClientRect();
  const scale = box.height / frame.height;
  const top = scroller.scrollTop + box.top - view.top + (place.top - frame.y) * scale;
  const loupe = document.getElementById("loupe");
  const below = loupe && !loupe.hidden && loupe.dataset.dock === "bottom" ? loupe.offsetHeight : 0;
  const room = scroller.clientHeight - below - (place.bottom - place.top) * scale;
  scroller.scrollTop = top - Math.max(24, room / 2);
  const left = scroller.scrollLeft + box.left - view.left + (place.x0 - frame.x) * scale;
  if (scroller.scrollWidth > scroller.clientWidth) scroller.scrollLeft = left - scroller.clientWidth / 3;
}

function pictureOf(place) {
  if (base) return base + "/picture/" + place.page + "?size=large";
  const image = $("image", figureOf(place));
  return image ? image.getAttribute("href") : "";
}

// The part of a cell that is printed on: short text in the middle of a high cell is shown large.
async function printed(place) {
  try {
    const image = new Image(), drawing = $("svg", figureOf(place)).viewBox.baseVal, inside = 3, fine = 2;
    image.src = pictureOf(place);
    await image.decode();
    const across = image.naturalWidth / drawing.width, down = image.naturalHeight / drawing.height;
    const width = place.x1 - place.x0 - 2 * inside, height = place.bottom - place.top - 2 * inside;
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(width * fine));
    canvas.height = Math.max(1, Math.round(height * fine));
    const pen = canvas.getContext("2d", { willReadFrequently: true });
    pen.drawImage(image, (place.x0 - drawing.x + inside) * across, (place.top - drawing.y + inside) * down,
      width * across, height * down, 0, 0, canvas.width, canvas.height);
    const dots = pen.getImageData(0, 0, canvas.width, canvas.height).data, line = canvas.width * 4;
    let first = -1, last = -1;
    for (let at = 0; at < dots.length; at += 4) {
      if (dots[at + 1] > 165) continue;
      if (first < 0) first = Math.floor(at / line);
      last = Math.floor(at / line);
    }
    if (first < 0) return place;
    const margin = 8, top = place.top + inside + first / fine - margin, bottom = place.top + inside + last / fine + margin;
    return { page: place.page, x0: place.x0, x1: place.x1, top: Math.max(place.top, top), bottom: Math.min(place.bottom, bottom) };
  } catch (error) { return null; }  // there is no picture to enlarge
}

async function enlarge(label, where, still) {
  const loupe = document.getElementById("loupe");
  if (!loupe) return;
  const mine = enlarge.last = {};
  const shown = (await Promise.all(where.filter(figureOf).map(printed))).filter(Boolean);
  if (mine !== enlarge.last) return;
  loupe.replaceChildren();
  loupe.hidden = shown.length === 0;
  if (loupe.hidden) return;
  const head = document.createElement("header"), name = document.createElement("b"), close = document.createElement("button");
  name.textContent = label;
  close.type = "button"; close.className = "bare"; close.textContent = "✕"; close.setAttribute("aria-label", "关闭放大图");
  close.addEventListener("click", () => { loupe.hidden = true; });
  head.append(name, "第 " + [...new Set(shown.map((place) => place.page))].join("、") + " 页", close);
  loupe.append(head);
  const stage = loupe.parentElement, room = { width: stage.clientWidth - 28, height: stage.clientHeight - 64 };
  const tall = shown.every((place) => place.bottom - place.top > place.x1 - place.x0);
  // Beside the cell, not over it: a tall cell is enlarged at the side, a wide one below.
  const middle = (shown[0].x0 + shown[0].x1) / 2, drawn = $("svg", figureOf(shown[0])).viewBox.baseVal;
  loupe.dataset.dock = tall ? (middle < drawn.x + drawn.width / 2 ? "right" : "left") : "bottom";
  for (const place of shown) loupe.append(crop(place, tall, room, label));
  loupe.scrollTop = 0;
  if (!still) showPlace(where[0]);
}

function crop(place, tall, room, label) {
  const drawing = $("svg", figureOf(place)).viewBox.baseVal, pad = 4;
  const width = place.x1 - place.x0 + 2 * pad, height = place.bottom - place.top + 2 * pad;
  const most = Math.min(4, (tall ? 0.55 : 1) * room.width / width);
  const scale = tall ? Math.min(most, Math.max(1.8, room.height / height)) : most;
  const part = document.createElementNS(SVG, "svg"), image = document.createElementNS(SVG, "image");
  part.setAttribute("viewBox", [place.x0 - pad, place.top - pad, width, height].join(" "));
  part.setAttribute("role", "img");
  part.setAttribute("aria-label", label + "，第 " + place.page + " 页的原样");
  part.style.width = width * scale + "px";
  part.style.height = height * scale + "px";
  image.setAttribute("href", pictureOf(place));
  image.setAttribute("x", drawing.x);
  image.setAttribute("y", drawing.y);
  image.setAttribute("width", drawing.width);
  image.setAttribute("height", drawing.height);
  image.setAttribute("preserveAspectRatio", "none");
  part.append(image);
  return part;
}

function choose(value, options) {
  const row = value.closest(".row");
  for (const old of $$(".chosen")) old.classList.remove("chosen");
  row.classList.add("chosen");
  value.classList.add("chosen");
  Object.assign(chosen, { row: row.dataset.row, column: value.dataset.column, value, finding: null, places: places(value) });
  drawChoice();
  const still = Boolean(options && options.still);
  enlarge(value.dataset.label, chosen.places, still);
  if (chosen.places.length && !still) showPlace(chosen.places[0]);
  if (options && options.scroll) {
    row.scrollIntoView({ block: "nearest" });
    value.scrollIntoView({ block: "nearest" });
  }
}

function chooseRow(row) {
  const value = $('.value[data-column="' + chosen.column + '"]', row) || $('.value:not([data-column="serial"])', row) || $(".value", row);
  if (value) choose(value, { scroll: true });
  if (value && !row.contains(document.activeElement)) value.focus({ preventScroll: true });
}

function chooseFinding(line) {
  for (const old of $$(".finding.chosen")) old.classList.remove("chosen");
  line.classList.add("chosen");
  chosen.finding = line;
  chosen.places = places(line);
  drawChoice();
  enlarge($(".tag", line).textContent, chosen.places);
  if (chosen.places.length) showPlace(chosen.places[0]);
  else if (line.dataset.page && $("#p" + line.dataset.page)) $("#p" + line.dataset.page).scrollIntoView({ block: "start" });
  line.scrollIntoView({ block: "nearest" });
  line.focus({ preventScroll: true });
}

// --- rows that may not be there yet ---

function keys() {
  const rows = document.getElementById("rows");
  return rows && rows.dataset.keys ? rows.dataset.keys.split(" ") : [];
}

function rowReady(key) {
  const found = document.getElementById("r-" + key);
  if (found) return Promise.resolve(found);
  const rows = document.getElementById("rows"), at = keys().indexOf(key);
  if (!rows || at < 0 || !window.htmx) return Promise.resolve(null);
  const chunk = $('.chunk[data-chunk="' + Math.floor(at / Number(rows.dataset.size)) + '"]', rows);
  return new Promise((resolve) => {
    chunk.addEventListener("htmx:afterSwap", () => resolve(document.getElementById("r-" + key)), { once: true });
    htmx.trigger(chunk, "wanted");
  });
}

async function goToRow(key, column) {
  if (column) chosen.column = column;
  const row = await rowReady(key);
  if (row) chooseRow(row);
  return row;
}

function step(by) {
  const lines = $$("#panel .findings .finding");
  if (lines.length && (chosen.finding || !keys().length)) {
    const at = lines.indexOf(chosen.finding);
    chooseFinding(lines[Math.max(0, Math.min(lines.length - 1, at + by))]);
    return;
  }
  const all = keys(), at = all.indexOf(chosen.row);
  const next = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.max(0, Math.min(all.length - 1, at + by));
  if (all.length) goToRow(all[next]);
}

function stepValue(by) {
  const row = document.getElementById("r-" + chosen.row);
  if (!row) return;
  const values = $$(".value", row), at = values.findIndex((value) => value.classList.contains("chosen"));
  const next = values[Math.max(0, Math.min(values.length - 1, at + by))];
  if (next) { choose(next, { scroll: true }); next.focus({ preventScroll: true }); }
}

// --- mouse, keyboard, layers ---

document.addEventListener("click", (event) => {
  const target = event.target;
  const value = target.closest(".value[role=button]");
  if (value && !String(getSelection())) { choose(value); return; }
  const box = target.closest("rect[data-rows]");
  if (box) {
    const rows = box.dataset.rows.split(" ");
    openRows().then(() => goToRow(rows.includes(chosen.row) ? chosen.row : rows[0], box.dataset.column));
    return;
  }
  const place = target.closest(".map [data-row]");
  if (place) { openRows().then(() => goToRow(place.dataset.row)); return; }
  const line = target.closest(".finding");
  if (line && !target.closest("button, input")) { chooseFinding(line); return; }
  const layer = target.closest("[data-layer]");
  if (layer) {
    layer.setAttribute("aria-pressed", String(layer.getAttribute("aria-pressed") !== "true"));
    applyLayers();
  }
  const act = target.closest("[data-act]");
  if (act && act.dataset.act === "help") document.getElementById("help").showModal();
  if (act && (act.dataset.act === "larger" || act.dataset.act === "smaller")) zoom(act.dataset.act === "larger" ? 1 : -1);
});

// The review page replaces this: there the rows may have to be fetched first.
let openRows = () => Promise.resolve();
let otherKeys = () => false;

function zoom(by) {
  const pane = $(".pages");
  pane.dataset.zoom = String(Math.max(1, Math.min(3, Number(pane.dataset.zoom) + by)));
  if (chosen.places && chosen.places.length) showPlace(chosen.places[0]);
}

function applyLayers() {
  for (const button of $$("[data-layer]")) {
    const on = button.getAttribute("aria-pressed") === "true";
    for (const layer of $$('[data-layer-of="' + button.dataset.layer + '"]')) layer.classList.toggle("off", !on);
  }
}

function typing(target) { return target.closest("input, textarea, select, dialog[open], .editor"); }

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (otherKeys(event)) { event.preventDefault(); return; }
  if (typing(event.target)) return;
  const doing = {
    j: () => step(1), k: () => step(-1), ArrowRight: () => stepValue(1), ArrowLeft: () => stepValue(-1),
    "?": () => document.getElementById("help").showModal(),
    f: () => { const button = $("[data-act=filter]"); if (button) button.click(); },
    Escape: () => { const loupe = document.getElementById("loupe"); enlarge.last = {}; if (loupe) loupe.hidden = true; },
    " ": () => event.target.matches(".value") && choose(event.target),
  }[event.key];
  if (!doing || (event.key === " " && !event.target.matches(".value"))) return;
  if (event.key.startsWith("Arrow") && !event.target.closest(".row")) return;
  event.preventDefault();
  doing();
});

const about = document.createElement("div");
about.className = "about";
about.hidden = true;
document.body.append(about);
document.addEventListener("mousemove", (event) => {
  const target = event.target.closest("[data-about]");
  about.hidden = !target || !target.dataset.about;
  if (about.hidden) return;
  about.textContent = target.dataset.about;
  about.style.left = Math.max(8, Math.min(event.clientX + 14, innerWidth - about.offsetWidth - 8)) + "px";
  about.style.top = Math.max(8, Math.min(event.clientY + 14, innerHeight - about.offsetHeight - 8)) + "px";
});
applyLayers();
