// The quick-key layout: choose a key, change what it sells, drag it or move it with the arrow keys.
"use strict";
(() => {
  const root = document.querySelector(".refectory-keys");
  if (!root) return;
  const grid = root.querySelector("[data-grid]");
  const panel = root.querySelector("[data-panel]");
  const message = root.querySelector(".keys-message");
  const things = JSON.parse(document.getElementById("keys-things").textContent);
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const SHOWN = 40;
  let page = Number(root.dataset.page);
  let place = "";
  let dragged = "";

  const say = (text) => {
    message.textContent = text;
    message.hidden = !text;
  };
  const cellAt = (where) => grid.querySelector(`[data-place="${CSS.escape(where)}"]`);
  const show = (answer, focus) => {
    grid.innerHTML = answer.grid;
    panel.innerHTML = answer.panel;
    page = answer.page;
    place = answer.place;
    say(answer.message || "");
    search();
    if (focus === "grid") cellAt(place)?.focus();
    else if (focus) panel.querySelector(focus)?.focus();
  };
  const get = async (values, focus) => {
    const answer = await fetch(`${root.dataset.part}?${new URLSearchParams(values)}`).catch(() => null);
    if (answer?.ok) show(await answer.json(), focus);
    else say(root.dataset.lost);
  };
  const send = async (values, focus) => {
    const body = new URLSearchParams({ place, ...values });
    body.set("csrfmiddlewaretoken", root.querySelector("[name=csrfmiddlewaretoken]").value);
    const answer = await fetch(root.dataset.change, { method: "POST", body }).catch(() => null);
    if (answer && (answer.ok || answer.status === 400)) show(await answer.json(), focus);
    else say(root.dataset.lost);
  };

  const search = () => {
    const input = panel.querySelector("#keys-search");
    if (!input) return;
    const list = panel.querySelector(".keys-found");
    const fill = () => {
      const words = plain(input.value).split(/\s+/).filter(Boolean);
      const found = things.filter((one) => words.every((word) => plain(`${one.name} ${one.group}`).includes(word)));
      list.replaceChildren(
        ...found.slice(0, SHOWN).map((one) => {
          const item = document.createElement("li");
          const pick = document.createElement("button");
          const group = document.createElement("small");
          pick.type = "button";
          pick.className = `key-${one.tint}`;
          group.textContent = one.group;
          pick.append(one.name, group);
          pick.onclick = () => send({ do: "put", what: one.what }, "grid");
          item.append(pick);
          return item;
        }),
      );
    };
    input.oninput = fill;
    input.onkeydown = (event) => {
      if (event.key === "Enter") list.querySelector("button")?.click();
      else if (event.key === "ArrowDown") list.querySelector("button")?.focus();
      else return;
      event.preventDefault();
    };
    list.onkeydown = (event) => {
      const picks = [...list.querySelectorAll("button")];
      const next = picks.indexOf(document.activeElement) + { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (Number.isNaN(next)) return;
      event.preventDefault();
      (next < 0 ? input : picks[Math.min(next, picks.length - 1)]).focus();
    };
    fill();
  };

  const stepped = (from, rows, columns) => {
    const [onPage, row, column] = from.split("-").map(Number);
    return `${onPage}-${row + rows}-${column + columns}`;
  };
  const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
  const moveTo = (from, to) => cellAt(to) && send({ do: "move", place: from, to }, "grid");

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.page) get({ page: button.dataset.page, place: "" });
    else get({ page, place: button.dataset.place }, button.hasAttribute("data-key") ? "grid" : "#keys-search");
  });
  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-place]");
    if (!cell) return;
    const step = STEPS[event.key];
    if (step) {
      event.preventDefault();
      const to = stepped(cell.dataset.place, ...step);
      if (event.altKey && cell.hasAttribute("data-key")) moveTo(cell.dataset.place, to);
      else if (!event.altKey) cellAt(to)?.focus();
    } else if (event.key === "Delete" && cell.hasAttribute("data-key") && panel.querySelector("[data-remove]")) {
      send({ do: "remove", place: cell.dataset.place }, "grid");
    }
  });
  grid.addEventListener("dragstart", (event) => {
    const cell = event.target.closest("[data-key]");
    dragged = cell ? cell.dataset.place : "";
    if (dragged) event.dataTransfer.setData("text/plain", dragged);
  });
  grid.addEventListener("dragover", (event) => {
    const cell = event.target.closest("[data-place]");
    grid.querySelectorAll(".over").forEach((each) => each.classList.remove("over"));
    if (!cell || !dragged) return;
    event.preventDefault();
    cell.classList.add("over");
  });
  grid.addEventListener("drop", (event) => {
    const cell = event.target.closest("[data-place]");
    if (!cell || !dragged) return;
    event.preventDefault();
    if (cell.dataset.place !== dragged) moveTo(dragged, cell.dataset.place);
    dragged = "";
  });
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.dataset.step) moveTo(place, stepped(place, ...button.dataset.step.split(",").map(Number)));
    else if (button?.hasAttribute("data-remove")) send({ do: "remove" }, "grid");
  });
  panel.addEventListener("change", (event) => {
    const form = event.target.closest("[data-dress]");
    const again = `[name="${event.target.name}"]${event.target.type === "radio" ? ":checked" : ""}`;
    if (form) send({ do: "dress", ...Object.fromEntries(new FormData(form)) }, again);
  });
  panel.addEventListener("submit", (event) => event.preventDefault());
})();
