// Makes the pages better where scripts run; they say the same without it.
"use strict";

(function age() {
  const box = document.querySelector("[data-ended]");
  if (!box) return;
  const days = Math.floor((Date.now() - Date.parse(box.dataset.ended)) / 86400000);
  if (days < 0) return;
  const line = document.createElement("p");
  line.textContent = days ? box.dataset.days.replace("{n}", days) : box.dataset.today;
  const older = box.querySelector(".older");
  older.before(line);
  if (new Date().toISOString().slice(0, 10) > box.dataset.oldAfter) {
    box.classList.add("old");
    older.textContent = box.dataset.old;
  }
})();

(function table() {
  const form = document.querySelector(".filter");
  const body = document.querySelector("#all tbody");
  if (!form || !body) return;
  const rows = [...body.rows];
  const plain = (text) => text.toLocaleLowerCase(document.documentElement.lang).normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(/ə/g, "e").replace(/ı/g, "i");
  const names = new Map(rows.map((row) => [row, plain(row.cells[0].textContent)]));

  function filter() {
    const { name, group, standing } = form.elements;
    const wanted = plain(name.value.trim());
    let n = 0;
    for (const row of rows) {
      const here = (!group.value || row.dataset.g === group.value) && (!standing.value || row.dataset.s === standing.value) && names.get(row).includes(wanted);
      row.hidden = !here;
      n += here;
    }
    form.querySelector("p").textContent = form.dataset.shown.replace("{n}", n).replace("{all}", rows.length);
  }

  const value = (row, place) => row.cells[place].dataset.v ?? row.cells[place].textContent.trim();
  function compare(a, b, place, way) {
    const [x, y] = [value(a, place), value(b, place)];
    if (!x || !y) return (!x) - (!y); // what is not known stands last either way
    const numbers = !isNaN(x) && !isNaN(y);
    return way * (numbers ? x - y : x.localeCompare(y, document.documentElement.lang));
  }

  document.querySelectorAll("#all thead th").forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = form.dataset.sort.replace("{column}", head.textContent);
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      document.querySelectorAll("#all thead th").forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => compare(a, b, place, up ? 1 : -1));
      body.append(...rows);
    });
  });

  const asked = new URLSearchParams(location.search).get("standing");
  if ([...form.elements.standing.options].some((one) => one.value === asked)) form.elements.standing.value = asked;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
})();
