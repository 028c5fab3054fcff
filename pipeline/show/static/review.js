"use strict";
// Correcting: editors, drafts that survive, what other windows do.
const doc = document.body.dataset.doc;
let version = Number(document.body.dataset.version);
const reading = document.body.dataset.reading;
let doubtfulOnly = false;
const DRAFT = "gongwen:" + doc + ":";

const panel = document.getElementById("panel");
function toast(text) {
  const place = document.getElementById("toast");
  place.textContent = text;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { place.textContent = ""; }, 3500);
}

function note(id, kind, text, act) {
  let place = document.getElementById(id);
  if (!place) {
    place = document.createElement("p");
    place.id = id;
    document.getElementById("notes").append(place);
  }
  place.className = "note " + kind;
  place.textContent = text;
  if (act) place.append(act);
}
function dropNote(id) { const place = document.getElementById(id); if (place) place.remove(); }

// --- talking to the server ---

const LOST = "连不上服务：没有写下的内容留作草稿，不会丢失。服务重新启动后，请打开它给出的新地址。";

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(base + path, Object.assign({ credentials: "same-origin", redirect: "error" }, options));
  } catch (error) {
    note("lost", "error", LOST);
    throw error;
  }
  if (answer.status === 403) {
    note("lost", "error", "服务已重新启动：请打开它给出的新地址，草稿仍在。");
    throw new Error("403");
  }
  dropNote("lost");
  return answer;
}

async function send(what) {
  const answer = await ask("/correct", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(Object.assign({ version, reading }, what)),
  });
  const told = await answer.json();
  if (told.version) { version = told.version; }
  if (answer.status === 409) { update(told, what.row); return { stale: told.message }; }
  if (!answer.ok) return { refused: told.message || "没有写下" };
  update(told);
  return {};
}

function update(told, except) {
  if (told.counts) document.getElementById("counts").innerHTML = told.counts;
  if (told.reload) { reload(); return; }
  for (const [key, html] of Object.entries(told.rows || {})) {
    const row = document.getElementById("r-" + key);
    if (!row || $(".editor", row)) continue;
    const column = row.classList.contains("chosen") ? chosen.column : "";
    const focused = row.contains(document.activeElement);
    row.outerHTML = html;
    const made = document.getElementById("r-" + key);
    if (column) choose($('.value[data-column="' + column + '"]', made) || $(".value", made), { still: true });
    if (focused) { const value = $(".value.chosen", made) || $(".value", made); value.focus({ preventScroll: true }); }
  }
  if (tab() === "findings" && told.version && !except) openTab("findings");
}

async function reload() {
  if (tab() === "rows") {
    const key = chosen.row;
    await openTab("rows");
    if (key) goToRow(key);
  } else openTab(tab());
}

// --- tabs, filter, what is fetched when it comes near ---

function tab() { return $("[role=tab][aria-selected=true]").dataset.tab; }

function openTab(name) {
  for (const button of $$("[role=tab]")) {
    button.setAttribute("aria-selected", String(button.dataset.tab === name));
    button.tabIndex = button.dataset.tab === name ? 0 : -1;
  }
  panel.setAttribute("aria-labelledby", "tab-" + name);
  chosen.finding = null;
  return htmx.ajax("GET", base + "/" + name + (name === "rows" && doubtfulOnly ? "?doubtful=1" : ""), { target: panel, swap: "innerHTML" });
}

openRows = () => (tab() === "rows" && keys().length ? Promise.resolve() : openTab("rows"));

const near = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    near.unobserve(entry.target);
    htmx.trigger(entry.target, "near");
  }
}, { root: null, rootMargin: "900px 0px" });

function watch(root) {
  for (const chunk of $$(".chunk", root)) {
    if (!chunk.childElementCount) chunk.style.height = chunk.dataset.height + "px";
    near.observe(chunk);
  }
  for (const sheet of $$("figure.sheet", root)) near.observe(sheet);
}

document.body.addEventListener("htmx:afterSwap", (event) => {
  const target = event.detail.target;
  if (target.matches(".chunk")) target.style.height = "";
  if (target.closest(".sheet")) { applyLayers(); drawChoice(); }
});
document.body.addEventListener("htmx:afterSettle", (event) => {
  // Only now does what was fetched listen itself.
  if (event.detail.target === panel) watch(panel);
  applyLayers();
  drawChoice();
});
document.addEventListener("error", async (event) => {
  // A page that cannot be drawn: its boxes and rows stay, and it says why.
  const figure = event.target.localName === "image" && event.target.closest("figure.sheet");
  if (!figure || $(".trouble", figure)) return;
  const said = document.createElement("p");
  said.className = "trouble";
  said.textContent = "这一页的版面画不出来。";
  figure.append(said);
  const answer = await fetch(event.target.getAttribute("href"));
  if ((answer.headers.get("content-type") || "").startsWith("text/plain")) said.textContent += await answer.text();
}, true);
document.body.addEventListener("htmx:sendError", () => note("lost", "error", LOST));
watch(document);

// --- editors ---

function draftKey(row, column) { return DRAFT + row + ":" + column; }
function readDraft(row, column) {
  try { return JSON.parse(localStorage.getItem(draftKey(row, column))); } catch (error) { return null; }
}
function keepDraft(row, column, after) { localStorage.setItem(draftKey(row, column), JSON.stringify({ after, reading })); }
function restored(draft) { return draft.reading === reading ? "已恢复草稿" : "草稿写于重新读取之前：请核对是不是这一行"; }
function dropDraft(row, column) { localStorage.removeItem(draftKey(row, column)); }

async function edit(value) {
  const row = value.closest(".row"), old = $(".editor", row);
  if (old) { $("textarea, input", old).focus(); return; }
  const answer = await ask("/row/" + row.dataset.row + "/edit/" + value.dataset.column);
  if (!answer.ok) { toast("这一项现在改不了"); return; }
  value.insertAdjacentHTML("afterend", await answer.text());
  value.hidden = true;
  const form = value.nextElementSibling;
  const draft = readDraft(row.dataset.row, value.dataset.column);
  if (draft) state(form, restored(draft));
  if (form.dataset.kind === "list") listEditor(form, row, draft ? draft.after : JSON.parse(form.dataset.value));
  else textEditor(form, row, draft);
}

function state(form, text) { $(".state", form).textContent = text; }

function close(form) {
  const value = form.previousElementSibling;
  form.remove();
  if (value && value.matches(".value")) { value.hidden = false; value.focus({ preventScroll: true }); }
}

async function save(form, row, after) {
  state(form, "正在写入…");
  const column = form.dataset.column;
  keepDraft(row.dataset.row, column, after);
  let told;
  try {
    told = await send({ what: "set", row: row.dataset.row, column, before: JSON.parse(form.dataset.value), after });
  } catch (error) { state(form, "还没有写下，已留作草稿"); return; }
  if (told.stale) { state(form, told.stale + " 再按保存，即以这里的为准。"); form.dataset.value = told.now || form.dataset.value; return; }
  if (told.refused) { state(form, told.refused); return; }
  dropDraft(row.dataset.row, column);
  const key = row.dataset.row;
  close(form);
  toast("已写下");
  await refresh(key);
}

async function refresh(key) {
  const answer = await ask("/row/" + key);
  if (answer.ok) update({ rows: { [key]: await answer.text() } });
}

function textEditor(form, row, draft) {
  const area = $("textarea", form);
  if (draft) area.value = draft.after;
  area.focus();
  area.setSelectionRange(area.value.length, area.value.length);
  area.addEventListener("input", () => keepDraft(row.dataset.row, form.dataset.column, area.value));
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); save(form, row, area.value); }
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); save(form, row, area.value); });
}

function listEditor(form, row, items) {
  const input = $("input", form), chips = $(".chips", form), list = $(".suggestions", form);
  const keep = () => keepDraft(row.dataset.row, form.dataset.column, items);
  let waiting = 0;

  function draw(focus) {
    chips.replaceChildren(...items.map((name, at) => {
      const chip = document.createElement("span"), text = document.createElement("span");
      chip.className = "chip";
      text.textContent = name;
      chip.append(text, tool("◂", "前移 " + name, () => move(at, -1)), tool("▸", "后移 " + name, () => move(at, 1)), tool("✕", "去掉 " + name, () => { items.splice(at, 1); keep(); draw(); input.focus(); }));
      chip.addEventListener("keydown", (event) => {
        if (event.altKey && event.key === "ArrowLeft") { event.preventDefault(); move(at, -1); }
        if (event.altKey && event.key === "ArrowRight") { event.preventDefault(); move(at, 1); }
      });
      return chip;
    }));
    if (focus !== undefined && chips.children[focus]) $("button", chips.children[focus]).focus();
  }
  function tool(sign, label, act) {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = sign; button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    return button;
  }
  function move(at, by) {
    const to = at + by;
    if (to < 0 || to >= items.length) return;
    [items[at], items[to]] = [items[to], items[at]];
    keep(); draw(to);
  }
  function add(name) {
    const clean = name.trim();
    if (clean && !items.includes(clean)) { items.push(clean); keep(); draw(); }
    input.value = ""; offer([]);
  }
  function offer(options) {
    list.replaceChildren(...options);
    input.setAttribute("aria-expanded", String(options.length > 0));
    if (options.length) list.scrollIntoView({ block: "nearest" });
    input.removeAttribute("aria-activedescendant");
  }
  function mark(by) {
    const options = [...list.children], at = options.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const next = options[Math.max(0, Math.min(options.length - 1, at + by))];
    for (const item of options) item.setAttribute("aria-selected", String(item === next));
    if (next) { next.scrollIntoView({ block: "nearest" }); input.setAttribute("aria-activedescendant", next.id); }
  }
  async function search() {
    const mine = ++waiting;
    const answer = await ask("/names/" + form.dataset.column + "?q=" + encodeURIComponent(input.value.trim()));
    if (mine !== waiting || !answer.ok) return;
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const found = [...made.content.children].filter((item) => !items.includes(item.dataset.name));
    found.forEach((item, at) => { item.id = list.id + "-" + at; });
    offer(found);
  }
  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") { event.preventDefault(); if (list.children.length) mark(1); else search(); }
    else if (event.key === "ArrowUp") { event.preventDefault(); mark(-1); }
    else if (event.key === "Backspace" && !input.value && items.length) { items.pop(); keep(); draw(); }
    else if (event.key === "Enter") {
      event.preventDefault();
      const marked = $('[aria-selected="true"]', list);
      if (marked) add(marked.dataset.name);
      else if (input.value.trim()) add(input.value);
      else save(form, row, items);
    }
  });
  list.addEventListener("mousedown", (event) => {
    const item = event.target.closest("li");
    if (item) { event.preventDefault(); add(item.dataset.name); }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value.trim()) add(input.value);
    save(form, row, items);
  });
  draw();
  input.focus();
}

// --- rows: confirm, split, join, undo; findings: dismiss ---

async function confirmRow(row) {
  const told = await send({ what: "confirm", row: row.dataset.row });
  if (told.stale || told.refused) { toast(told.stale || told.refused); return; }
  toast("已核对");
}

async function reshape(row, kind) {
  if ($(".editor", row)) return;
  chooseRow(row);
  const answer = await ask("/row/" + row.dataset.row + "/" + kind);
  if (!answer.ok) { toast((await answer.json()).message); return; }
  $(".fields", row).insertAdjacentHTML("beforebegin", await answer.text());
  const form = $(".editor", row);
  const draft = readDraft(row.dataset.row, kind), areas = $$("textarea", form);
  if (draft) { draft.after.forEach((text, at) => { if (areas[at]) areas[at].value = text; }); state(form, restored(draft)); }
  form.addEventListener("input", () => keepDraft(row.dataset.row, kind, areas.map((area) => area.value)));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const parts = [{}, {}];
    for (const field of $$("fieldset", form)) {
      $$("textarea", field).forEach((area, at) => {
        parts[at][field.dataset.column] = field.dataset.list ? area.value.split("\n").map((name) => name.trim()).filter(Boolean) : area.value;
      });
    }
    let told;
    try {
      told = await send({ what: kind, row: row.dataset.row, other: form.dataset.other, parts: kind === "split" ? parts : [parts[0]] });
    } catch (error) { state(form, "还没有写下，已留作草稿"); return; }
    if (told.stale || told.refused) { state(form, told.stale || told.refused); return; }
    dropDraft(row.dataset.row, kind);
    toast("已写下");
  });
  areas[0].focus();
}

function dismiss(line) {
  if ($("form", line)) { $("input", line).focus(); return; }
  const form = document.createElement("form"), input = document.createElement("input"), button = document.createElement("button");
  form.className = "editor";
  input.type = "text"; input.required = true; input.placeholder = "理由"; input.setAttribute("aria-label", "排除的理由");
  button.className = "main"; button.textContent = "排除";
  form.append(input, button);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const told = await send({ what: "dismiss", row: line.dataset.row, finding: Number(line.dataset.finding), reason: input.value.trim() });
    if (told.stale || told.refused) { toast(told.stale || told.refused); return; }
    form.remove();
    const key = line.dataset.row;
    toast("已排除");
    if (key && tab() === "rows") await refresh(key);
  });
  line.append(form);
  input.focus();
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-act], [role=tab]");
  if (!button) return;
  const row = button.closest(".row");
  if (button.dataset.tab) { openTab(button.dataset.tab); return; }
  const doing = {
    confirm: () => confirmRow(row),
    split: () => reshape(row, "split"),
    join: () => reshape(row, "join"),
    undo: async () => { const told = await send({ what: "undo", row: row.dataset.row, of: Number(button.dataset.of) }); toast(told.stale || told.refused || "已撤销"); },
    dismiss: () => dismiss(button.closest(".finding")),
    cancel: () => cancel(button.closest(".editor")),
    more: () => {
      const more = $(".more", row);
      more.hidden = !more.hidden;
      button.setAttribute("aria-expanded", String(!more.hidden));
    },
    full: () => {
      const on = panel.classList.toggle("full");
      button.setAttribute("aria-pressed", String(on));
      localStorage.setItem("gongwen-full", on ? "1" : "");
    },
    filter: () => {
      doubtfulOnly = !doubtfulOnly;
      button.setAttribute("aria-pressed", String(doubtfulOnly));
      openTab("rows");
    },
  }[button.dataset.act];
  if (doing) { try { await doing(); } catch (error) { /* said in the note above */ } }
});

function cancel(form) {
  const row = form.closest(".row");
  if (row && form.dataset.column) dropDraft(row.dataset.row, form.dataset.column);
  else if (row && form.dataset.kind) dropDraft(row.dataset.row, form.dataset.kind);
  close(form);
}

document.addEventListener("dblclick", (event) => {
  const value = event.target.closest(".value[role=button]");
  if (value) { getSelection().removeAllRanges(); choose(value); edit(value); }
});

otherKeys = (event) => {
  const tabs = event.target.closest("[role=tablist]") && $$("[role=tab]");
  if (tabs && event.key.startsWith("Arrow")) {
    const next = tabs[(tabs.indexOf(event.target) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
    openTab(next.dataset.tab);
    next.focus();
    return true;
  }
  const form = event.target.closest(".editor");
  if (event.key === "Escape" && form) { cancel(form); return true; }
  if (typing(event.target) || event.target.closest("button, a")) return false;
  const row = document.getElementById("r-" + chosen.row);
  if (event.key === "e" && row) { edit($(".value.chosen", row) || $(".value", row)); return true; }
  if (event.key === "Enter" && tab() === "findings" && chosen.finding) {
    const key = chosen.finding.dataset.row;
    if (key) openTab("rows").then(() => goToRow(key));
    return true;
  }
  if (event.key === "Enter" && row && row.dataset.row !== "letter") { confirmRow(row).catch(() => {}); return true; }
  if (event.key === "d" && row) { const line = $(".finding:not(.settled) [data-act=dismiss]", row); if (line) dismiss(line.closest(".finding")); return true; }
  return false;
};

// --- other windows, drafts that were left ---

async function listen() {
  try {
    const answer = await ask("/since/" + version);
    if (answer.ok) {
      const told = await answer.json();
      if (told.reading !== reading) {
        const button = document.createElement("button");
        button.type = "button"; button.textContent = "刷新";
        button.addEventListener("click", () => location.reload());
        note("anew", "warning", "此件刚被重新读取，这里显示的是从前的。", button);
      } else if (told.version !== version) {
        version = told.version;
        for (const key of told.changed) {
          const row = document.getElementById("r-" + key), form = row && $(".editor", row);
          if (form) state(form, "另一窗口刚改过这一行：" + told.message);
        }
        update(told);
        toast("另一窗口：" + told.message);
      }
    }
  } catch (error) { /* said in the note above */ }
  setTimeout(listen, document.hidden ? 15000 : 3000);
}

function offerDrafts() {
  for (let at = 0; at < localStorage.length; at += 1) {
    const name = localStorage.key(at);
    if (!name.startsWith(DRAFT)) continue;
    const [row, column] = name.slice(DRAFT.length).split(":");
    const button = document.createElement("button");
    button.type = "button"; button.textContent = "继续";
    button.addEventListener("click", async () => {
      const letter = row === "letter";
      if (letter) await openTab("overview"); else await openRows();
      const found = letter ? document.getElementById("r-letter") : await goToRow(row, column);
      dropNote("draft-" + row + "-" + column);
      if (!found) { dropDraft(row, column); toast("那一行已经没有了"); return; }
      if (column === "split" || column === "join") reshape(found, column);
      else edit($('.value[data-column="' + column + '"]', found));
    });
    note("draft-" + row + "-" + column, "warning", "有一处没有写下的草稿（行 " + row + "）。", button);
  }
}
if (localStorage.getItem("gongwen-full")) $("[data-act=full]").click();
offerDrafts();
setTimeout(listen, 3000);
