"use strict";
// Long tables sort by a click on a heading, also from the keyboard.  Without scripts the pages say the same.

const LONG = 8; // rows from which on sorting is worth a button

// The number that a cell starts with, or NaN: typographic minus, thousands' commas, "1.5e−3", and a leading relation.
function numberOf(text) {
  const found = text.replace(/−/g, "-").replace(/(\d),(?=\d{3})/g, "$1").match(/^[<>≤≥≈~±\s]*(-?\d*\.?\d+(?:e[-+]?\d+)?)/i);
  return found ? Number(found[1]) : NaN;
}

function textOf(cell) {
  const copy = cell.cloneNode(true);
  copy.querySelectorAll("annotation").forEach((one) => one.remove());
  return copy.textContent.trim();
}

// Rows without a value come last, whichever way the others go.
function compare(first, second, way) {
  if (first === "" || first === "—" || second === "" || second === "—")
    return (first === "" || first === "—") - (second === "" || second === "—");
  const [a, b] = [numberOf(first), numberOf(second)];
  const numbers = !Number.isNaN(a) && !Number.isNaN(b);
  return way * (numbers ? a - b : first.localeCompare(second, "en", { numeric: true }));
}

function sortBy(table, heading, column) {
  const way = heading.getAttribute("aria-sort") === "ascending" ? -1 : 1;
  const body = table.tBodies[0];
  const rows = [...body.rows].map((row) => [textOf(row.cells[column]), row]);
  rows.sort((first, second) => compare(first[0], second[0], way));
  body.append(...rows.map(([, row]) => row));
  table.querySelectorAll("th[aria-sort]").forEach((other) => other.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
}

function plain(table) {
  const cells = [...table.querySelectorAll("th, td")];
  return table.tHead?.rows.length === 1 && table.tBodies.length === 1 && cells.every((c) => c.colSpan === 1 && c.rowSpan === 1);
}

function makeSortable(table) {
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    if (!heading.textContent.trim()) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => sortBy(table, heading, column));
  });
}

document.querySelectorAll("table").forEach((table) => {
  if (plain(table) && table.tBodies[0].rows.length >= LONG) makeSortable(table);
});

// What scrolls sideways must be reachable from the keyboard.
function reachable() {
  document.querySelectorAll("pre, .scroll, .prose table, math[display=block]").forEach((one) => {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  });
}
addEventListener("resize", reachable);
document.addEventListener("toggle", reachable, true);
reachable();
// On paper everything is unfolded but the code, and what could be scrolled is made to fit.
const PAPER = 640; // width of what is printed, less indents [CSS pixels]
function fitToPaper() {
  document.querySelectorAll("details:not(.code):not(.chapters)").forEach((one) => (one.open = true));
  document.querySelectorAll("math[display=block], .scroll table").forEach((one) => {
    one.style.fontSize = "";
    const size = parseFloat(getComputedStyle(one).fontSize);
    const width = Math.max(one.scrollWidth, one.getBoundingClientRect().width);
    if (width > PAPER) one.style.fontSize = `${(0.98 * size * PAPER) / width}px`;
  });
}
addEventListener("beforeprint", fitToPaper);
addEventListener("afterprint", () =>
  document.querySelectorAll("math[display=block], .scroll table").forEach((one) => (one.style.fontSize = "")));

// Commit, machine and durations differ between builds of the same sources, so they are kept apart from the pages.
function origin(record, name) {
  const made = record.commit.id === "unknown" ? "no commit known" : `commit ${record.commit.id.slice(0, 12)}`;
  const machine = `${record.platform.system} ${record.platform.machine}, ${record.platform.cpus} CPUs`;
  const cost = record.notebooks[name]?.cost;
  const spent = cost ? `, executed in ${cost.seconds.toFixed(0)} s` : "";
  return `${made}${record.commit.dirty ? ", with uncommitted changes" : ""}; ${machine}${spent}`;
}
if (globalThis.provenance)
  document.querySelectorAll("[data-provenance]").forEach((one) => {
    one.prepend(`${origin(provenance, one.dataset.provenance)} (`);
    one.querySelector("a").after(")");
  });
