"use strict";
// The page is whole without this script but for the charts. Text is never made into markup.

const id = name => document.getElementById(name);

// -- charts: drawn as SVG whose colours are variables of the style; expressions are interpreted, not compiled

const specs = JSON.parse(id("specs").textContent);
const drawn = Object.entries(specs).map(([name, spec]) =>
  vegaEmbed(id(`chart-${name}`).querySelector(".plot"), spec, {actions: false, renderer: "svg", ast: true})
    .catch(error => {
      id(`chart-${name}`).querySelector(".numbers").open = true;  // the numbers are there all the same
      console.error(name, error);
    }));
Promise.all(drawn).then(() => document.documentElement.classList.add("drawn"));

// -- lists: a filter; a link to an example opens it, and leads back

const folded = text => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/g, "d").toLowerCase();
const items = [...document.querySelectorAll(".list tbody tr, details.article")];
const text = new Map();
let opened = [];

// A search without marks finds every spelling: "tinh uy" finds "Tỉnh ủy".
function filter() {
  const needle = id("search").value.trim().normalize("NFC").toLowerCase();
  const plain = /^[\x00-\x7f]*$/.test(needle);
  let count = 0;
  for (const item of items) {
    if (needle && !text.has(item)) {
      const lower = item.textContent.normalize("NFC").toLowerCase();
      text.set(item, [lower, folded(lower)]);
    }
    item.hidden = needle !== "" && !text.get(item)[plain ? 1 : 0].includes(needle);
    count += !item.hidden;
  }
  // While a filter is on, only what matches is there: no charts, no part without a row.
  document.body.classList.toggle("filtering", needle !== "");
  for (const section of document.querySelectorAll("main > section"))
    section.hidden = needle !== "" && !section.querySelector(".list tbody tr:not([hidden]), details.article:not([hidden])");
  for (const part of opened) part.open = false;
  opened = needle ? [...document.querySelectorAll("details.part:not([open])")] : [];
  for (const part of opened) part.open = true;
  id("count").textContent = needle ? `${count.toLocaleString("en")} of ${items.length.toLocaleString("en")} rows and articles` : "";
}
id("search").addEventListener("input", filter);

let from = null;

function show(anchor) {
  const target = id(anchor);
  const article = target?.closest("details.article");
  if (!article) return false;
  article.hidden = article.closest("section").hidden = false;
  article.open = true;
  for (const lit of document.querySelectorAll(".m.lit")) lit.classList.remove("lit");
  const n = /-m(\d+)$/.exec(anchor)?.[1];
  const pieces = n ? [...article.querySelectorAll(`.m[data-m~="${n}"]`)] : [];
  for (const piece of pieces) piece.classList.add("lit");
  const place = pieces[0] ?? article.querySelector("summary");
  place.scrollIntoView({block: pieces.length ? "center" : "start"});
  if (pieces.length) place.tabIndex = -1;
  place.focus({preventScroll: true});
  const back = article.querySelector(".back");
  back.hidden = !from;
  return true;
}

document.addEventListener("click", event => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (link.matches(".back")) {
    event.preventDefault();
    from?.focus();
    from?.scrollIntoView({block: "center"});
    return;
  }
  const anchor = link.getAttribute("href").slice(1);
  if (link.matches(".example")) from = link;
  if (show(anchor)) {
    event.preventDefault();
    history.replaceState(null, "", `#${anchor}`);
  }
});

id("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input")) {
    if (event.key === "Escape") { event.target.value = ""; filter(); event.target.blur(); }
    return;
  }
  if (event.key === "/") { event.preventDefault(); id("search").focus(); }
  if (event.key === "d") id("theme").click();
  if (event.key === "Escape" && from) document.querySelector("details.article[open] .back:not([hidden])")?.click();
});

if (location.hash) show(location.hash.slice(1));
