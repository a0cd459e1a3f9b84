
"use strict";
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(one, other, column, sign) {
  const [a, b] = [one.cells[column], other.cells[column]];
  const [texts, keys] = [[a, b].map((cell) => cell.textContent.trim()), [a, b].map((cell) => cell.dataset.order)];
  const silent = texts.map((text, at) => keys[at] === undefined && (text === "–" || text.startsWith("not re")));
  if (silent[0] || silent[1]) return silent[0] - silent[1]; // what is missing stays last
  if (keys[0] !== undefined && keys[1] !== undefined) return sign * (keys[0] - keys[1]);
  return sign * collator.compare(...texts);
}

function sortable(table) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const next = { ascending: "descending", descending: null }[head.getAttribute("aria-sort")];
      heads.forEach((each) => each.removeAttribute("aria-sort"));
      const order = next === undefined ? "ascending" : next;
      if (order) head.setAttribute("aria-sort", order);
      const sign = order === "descending" ? -1 : 1;
      body.append(...(order ? [...original].sort((a, b) => compare(a, b, column, sign)) : original));
    });
  });
}

function filterable(table) {
  const input = document.getElementById(`${table.id}-filter`);
  if (!input) return;
  const box = input.parentElement;
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.textContent.toLocaleLowerCase("en"));
  const count = box.querySelector(".count");
  const apply = () => {
    const words = input.value.toLocaleLowerCase("en").split(/\s+/).filter(Boolean);
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden = !words.every((word) => texts[at].includes(word));
      left += !row.hidden;
    });
    count.textContent = words.length ? `${left} of ${rows.length} rows` : "";
  };
  input.addEventListener("input", apply);
  box.hidden = false;
  apply();
}

function reveal() {
  // What a link leads to is opened where it is folded.
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let part = target?.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  target?.scrollIntoView();
}

addEventListener("hashchange", reveal);
if (location.hash) reveal();
for (const table of document.querySelectorAll("table.cards")) {
  sortable(table);
  filterable(table);
}
