"use strict";
// The page is whole without this script; it adds the card, the lines from titles to holders, filters and keys.
// Text is only ever copied from the page or set as textContent, never made into markup.

const id = name => document.getElementById(name);
const article = id("article"), side = id("side"), card = id("card"), search = id("search");
const rows = [...document.querySelectorAll("tr[data-n]")];
const mentions = new Map(rows.map(row => [row.dataset.n, {
  n: row.dataset.n, row, label: row.dataset.label, holder: row.dataset.holder, person: row.dataset.person,
  pieces: [], shown: true,
}]));
const pieces = [...article.querySelectorAll("a.m")];
for (const piece of pieces) {
  piece.numbers = piece.dataset.m.split(" ");
  piece.badge = piece.dataset.person;
  for (const n of piece.numbers) mentions.get(n).pieces.push(piece);
}
const held = [...mentions.values()].filter(m => m.holder);

// -- filters

const folded = text => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const off = new Set();

// A search without marks finds every spelling: "tinh uy" finds "Tỉnh ủy".
function matcher(wanted) {
  const needle = wanted.trim().normalize("NFC").toLowerCase();
  if (!needle) return () => true;
  const plain = /^[\x00-\x7f]*$/.test(needle);
  return m => {
    m.lower ??= [m.label, ...[...m.row.querySelectorAll(".go, .values, .rule > .mono, .why")].map(part => part.textContent)]
      .join("\n").normalize("NFC").toLowerCase();
    return plain ? (m.folded ??= folded(m.lower)).includes(needle) : m.lower.includes(needle);
  };
}

function filter() {
  const matches = matcher(search.value);
  let count = 0;
  for (const m of mentions.values()) {
    m.shown = !off.has(m.label) && matches(m);
    m.row.hidden = !m.shown;
    count += m.shown;
  }
  for (const piece of pieces) {
    // Of the mentions that cover a piece, the innermost that is shown has it.
    const n = piece.numbers.find(n => mentions.get(n).shown);
    piece.className = n ? `m ${mentions.get(n).label}` : "m";
    piece.n = n;
    if (n) piece.href = `#r${n}`; else piece.removeAttribute("href");
    if (n && piece.badge) piece.dataset.person = piece.badge; else piece.removeAttribute("data-person");
  }
  if (id("none")) id("none").hidden = count > 0;
  id("count").textContent = count === mentions.size ? `${count} mentions` : `${count} of ${mentions.size} mentions`;
  if (current && !current.shown) close(); else if (current) light(current);
  draw();
}

for (const button of document.querySelectorAll("[data-label]:is(button)"))
  button.addEventListener("click", () => toggle(button));

function toggle(button) {
  const on = button.getAttribute("aria-pressed") !== "true";
  button.setAttribute("aria-pressed", String(on));
  if (on) off.delete(button.dataset.label); else off.add(button.dataset.label);
  filter();
}

search.addEventListener("input", filter);

// -- one mention: its card, its row, and those that belong to it

let current = null;   // the mention whose card is open
let pinned = false;   // by a click or the keyboard: stays when the pointer leaves

function related(m) {
  if (m.label === "title") return m.holder ? [mentions.get(m.holder)] : [];
  if (m.label === "person") return [...mentions.values()].filter(other => other !== m && other.person === m.person);
  return [];
}

function light(m) {
  for (const lit of document.querySelectorAll(".on, .rel")) lit.classList.remove("on", "rel");
  if (!m) return;
  for (const piece of m.pieces) if (piece.n) piece.classList.add("on");
  for (const other of related(m)) for (const piece of other.pieces) if (piece.n) piece.classList.add("rel");
  m.row.classList.add("on");
}

function open(m, piece, pin) {
  current = m;
  pinned = pin;
  light(m);
  fill(m);
  place(piece ?? m.pieces[0]);
  draw();
}

function close() {
  current?.anchor?.removeAttribute("aria-describedby");
  current = null;
  pinned = false;
  card.hidden = true;
  light(null);
  draw();
}

function make(tag, className, ...content) {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

function fill(m) {
  const link = m.row.querySelector(".go");
  const inTable = make("a", "small", "in the table");
  inTable.href = `#r${m.n}`;
  const values = m.row.querySelector(".values").cloneNode(true);
  const rule = m.row.querySelector(".rule").cloneNode(true);
  rule.querySelector(".more").hidden = false;
  card.replaceChildren(
    make("header", m.label, make("span", "what", m.label), inTable),
    make("div", "said", ...link.cloneNode(true).childNodes), values, rule);
  card.querySelector(".said").lang = "vi";
  for (const a of card.querySelectorAll("[data-go]")) a.addEventListener("click", go);
  inTable.addEventListener("click", event => { event.preventDefault(); toRow(m, true); });
}

// Below the mention, or above it where there is no room; on a phone the style puts it at the foot.
function place(piece) {
  if (current.anchor) current.anchor.removeAttribute("aria-describedby");
  current.anchor = piece;
  piece.setAttribute("aria-describedby", "card");
  card.hidden = false;
  card.scrollTop = 0;
  settle();
  uncover(piece);
}

function settle() {
  if (!current || card.hidden) return;
  const at = current.anchor.getClientRects()[0];
  if (!at) return;
  const {offsetWidth: width, offsetHeight: height} = card;
  const left = Math.max(8, Math.min(at.left, document.documentElement.clientWidth - width - 8));
  const below = at.bottom + 8;
  const top = below + height < innerHeight || at.top < height + 8 ? below : at.top - height - 8;
  card.style.left = `${left}px`;
  card.style.top = `${top}px`;
}

// At the foot of a phone the card would cover a mention that is there.
function uncover(piece) {
  const hidden = piece.getBoundingClientRect().bottom - card.getBoundingClientRect().top;
  if (phone.matches && hidden > -8) scrollBy({top: hidden + 40});
}
const phone = matchMedia("(max-width: 40rem)");

const narrow = () => getComputedStyle(side).position === "static";

// Scrolls the table to a row; the window only where the table stands below the text and the row is asked for.
function toRow(m, focus) {
  if (focus) m.row.querySelector(".go").focus({preventScroll: true});
  if (narrow()) {
    if (focus) { close(); light(m); m.row.scrollIntoView({block: "center"}); }
    return;
  }
  const top = m.row.getBoundingClientRect().top - side.getBoundingClientRect().top + side.scrollTop;
  side.scrollTo({top: top - side.clientHeight / 3});
}

function toText(m) {
  if (!m.shown) reset();
  const piece = m.pieces[0];
  piece.scrollIntoView({block: "center"});
  piece.focus({preventScroll: true});
  open(m, piece, true);
  remember(m);
}

function remember(m) {
  history.replaceState(null, "", `#m${m.n}`);
}

function reset() {
  search.value = "";
  off.clear();
  for (const button of document.querySelectorAll("button[data-label]")) button.setAttribute("aria-pressed", "true");
  filter();
}

function go(event) {
  event.preventDefault();
  toText(mentions.get(event.currentTarget.dataset.go));
}
for (const link of document.querySelectorAll("[data-go]")) link.addEventListener("click", go);

let leaving;
const stay = () => clearTimeout(leaving);
const leave = () => { stay(); if (!pinned) leaving = setTimeout(close, 160); };
card.addEventListener("mouseenter", stay);
card.addEventListener("mouseleave", leave);

for (const piece of pieces) {
  const own = () => mentions.get(piece.n);
  piece.addEventListener("mouseenter", () => { stay(); if (!pinned && piece.n && !touched) open(own(), piece, false); });
  piece.addEventListener("mouseleave", leave);
  piece.addEventListener("focus", () => {
    if (piece.n && piece.matches(":focus-visible") && current !== own()) { open(own(), piece, true); toRow(own(), false); }
  });
  piece.addEventListener("click", event => {
    event.preventDefault();
    if (!piece.n) return;
    open(own(), piece, true);
    remember(own());
    toRow(own(), event.detail === 0);  // Enter goes to the row; a click leaves the focus in the text
  });
}
let touched = false;  // a tap also makes a hover; the click that follows it is enough
addEventListener("pointerdown", event => { touched = event.pointerType === "touch"; });

for (const m of mentions.values()) {
  m.row.addEventListener("mouseenter", () => { if (!pinned) { light(m); } });
  m.row.addEventListener("mouseleave", () => { if (!pinned) light(current); });
}

// A click beside everything closes the card.
document.addEventListener("click", event => {
  if (current && !event.target.closest("a.m, #card, #side, .bar")) close();
});
addEventListener("scroll", settle, {passive: true});
addEventListener("resize", () => { settle(); draw(); });

// -- lines from titles to their holders

const SVG = "http://www.w3.org/2000/svg";
const overlay = document.createElementNS(SVG, "svg");
overlay.id = "overlay";
overlay.setAttribute("aria-hidden", "true");
article.append(overlay);

function draw() {
  let pairs = [];
  if (id("arcs").getAttribute("aria-pressed") === "true") pairs = held;
  else if (current?.label === "title") pairs = current.holder ? [current] : [];
  else if (current?.label === "person") pairs = held.filter(m => m.person === current.person);
  const home = article.getBoundingClientRect();
  const lines = [];
  for (const title of pairs) {
    const holder = mentions.get(title.holder);
    if (!title.shown || !holder.shown) continue;
    const [from, to] = [title, holder].map(m => m.pieces[0].getClientRects()[0]);
    if (!from || !to) continue;
    const [x1, x2] = [from, to].map(r => r.left + r.width / 2 - home.left);
    const [y1, y2] = [from, to].map(r => r.top - home.top + 1);
    // Between two titles of one line the line stays in the gap above it; to another line it takes the straight way.
    const [up1, up2] = [y1 - 7, y2 - 8];
    const turn = Math.sign(x2 - x1) * Math.min(6, Math.abs(x2 - x1) / 2);
    const across = Math.abs(y1 - y2) < 4 ? `L${x2 - turn} ${up1} Q${x2} ${up1}` : `C${x2} ${up1} ${x2} ${up1}`;
    lines.push(
      path(`M${x1} ${y1} Q${x1} ${up1} ${x1 + turn} ${up1} ${across} ${x2} ${up2}`),
      path(`M${x2} ${y2} l-3.5 -7 h7 z`, "tip"));
  }
  overlay.replaceChildren(...lines);
}

function path(d, className) {
  const element = document.createElementNS(SVG, "path");
  element.setAttribute("d", d);
  if (className) element.setAttribute("class", className);
  return element;
}

id("arcs").addEventListener("click", () => {
  const on = id("arcs").getAttribute("aria-pressed") !== "true";
  id("arcs").setAttribute("aria-pressed", String(on));
  article.classList.toggle("linked", on);
  settle();
  draw();
});

id("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

// -- keys

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") {
    if (event.target === search) { search.value = ""; filter(); search.blur(); }
    close();
  }
  if (event.target.matches("input")) return;
  const label = document.querySelectorAll("button[data-label]")[Number(event.key) - 1];
  if (label) toggle(label);
  if (event.key === "/") { event.preventDefault(); search.focus(); }
  if (event.key === "l") id("arcs").click();
  if (event.key === "d") id("theme").click();
  if (event.key === "j" || event.key === "k") {
    const list = [...mentions.values()].filter(m => m.shown);
    const at = list.indexOf(current ?? mentions.get(event.target.closest("tr")?.dataset.n));
    const next = list[at < 0 ? 0 : at + (event.key === "j" ? 1 : -1)];
    if (next) { toText(next); toRow(next, false); }
  }
});

function start() {
  const m = mentions.get(/^#m(\d+)$/.exec(location.hash)?.[1]);
  if (m) { toText(m); toRow(m, false); }
}
addEventListener("hashchange", start);
filter();
start();
