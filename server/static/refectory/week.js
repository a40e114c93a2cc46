// The week menu: sends each change, shows the grid that comes back, keeps the focus where it was.
"use strict";
(() => {
  const page = document.querySelector(".refectory-week");
  if (!page) return;
  const grid = page.querySelector("[data-grid]");
  const message = page.querySelector(".week-message");
  const articles = JSON.parse(document.getElementById("week-articles").textContent);
  const NUMBERS_MS = 5000;

  const say = (text, bad = false) => {
    message.textContent = text;
    message.hidden = !text;
    message.classList.toggle("bad", bad);
  };
  const focusOn = (name) => {
    if (name) grid.querySelector(`[data-focus="${CSS.escape(name)}"]`)?.focus();
  };
  const send = async (values, focus) => {
    const body = new URLSearchParams({ store: page.dataset.store, week: page.dataset.week, ...values });
    body.set("csrfmiddlewaretoken", page.querySelector("[name=csrfmiddlewaretoken]").value);
    try {
      const answer = await fetch(page.dataset.change, { method: "POST", body });
      if (answer.status !== 200 && answer.status !== 400) throw new Error(answer.status);
      const done = await answer.json();
      if (done.ask) return ask(done.ask);
      const here = focus || document.activeElement?.dataset?.focus;
      grid.innerHTML = done.grid;
      say(done.message, done.bad);
      focusOn(done.focus || here);
    } catch {
      say(page.dataset.lost, true);
    }
  };

  const ask = (days) => {
    const dialog = page.querySelector('[data-dialog="copy"]');
    dialog.querySelector("[data-days]").textContent = days.days;
    dialog.returnValue = "";
    dialog.onclose = () => dialog.returnValue && send({ do: "copy", value: dialog.returnValue });
    dialog.showModal();
  };
  page.querySelector("[data-copy]")?.addEventListener("click", () => send({ do: "copy" }));

  const choose = (button) => {
    const dialog = page.querySelector('[data-dialog="add"]');
    const search = dialog.querySelector("input");
    const list = dialog.querySelector("ul");
    const there = new Set([...button.closest("td").querySelectorAll(".dish")].map((dish) => Number(dish.dataset.article)));
    const offered = articles.filter((one) => one.category === Number(button.dataset.category) && !there.has(one.id));
    const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    const show = () => {
      const words = plain(search.value).split(/\s+/).filter(Boolean);
      const found = offered.filter((one) => words.every((word) => plain(one.name).includes(word)));
      list.replaceChildren(
        ...found.map((one) => {
          const item = document.createElement("li");
          const pick = document.createElement("button");
          pick.type = "button";
          pick.textContent = one.name;
          pick.onclick = () => {
            dialog.close();
            send({ do: "add", day: button.dataset.add, article: one.id });
          };
          item.append(pick);
          return item;
        }),
      );
      dialog.querySelector(".week-none").hidden = found.length > 0;
    };
    dialog.querySelector(".week-where").textContent = button.dataset.where;
    search.value = "";
    search.oninput = show;
    dialog.onkeydown = (event) => {
      const picks = [...list.querySelectorAll("button")];
      const place = picks.indexOf(document.activeElement);
      if (event.key === "ArrowDown") picks[Math.min(place + 1, picks.length - 1)]?.focus();
      else if (event.key === "ArrowUp") (place > 0 ? picks[place - 1] : search).focus();
      else if (event.key === "Enter" && document.activeElement === search) picks[0]?.click();
      else return;
      event.preventDefault();
    };
    dialog.onclose = () => focusOn(button.dataset.focus);
    show();
    dialog.showModal();
    search.focus();
  };

  grid.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.add) return choose(button);
    const dish = button.closest(".dish");
    if (!dish) return;
    if (button.dataset.do === "remove" && Number(dish.dataset.sold) > 0 && !confirm(page.dataset.confirm)) return;
    send({ do: button.dataset.do, entry: dish.dataset.entry }, button.dataset.focus);
  });
  grid.addEventListener("change", (event) => {
    const input = event.target;
    const dish = input.closest(".dish");
    if (!dish) return;
    const value = input.type === "checkbox" ? (input.checked ? "1" : "") : input.value;
    send({ do: input.dataset.do, entry: dish.dataset.entry, value });
  });
  grid.addEventListener("keydown", (event) => {
    const dish = event.target.closest(".dish");
    if (!dish) return;
    if (event.key === "Enter" && event.target.dataset.do === "portions") event.target.blur();
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    send({ do: event.key === "ArrowUp" ? "up" : "down", entry: dish.dataset.entry }, event.target.dataset.focus);
  });

  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(page.dataset.numbers).catch(() => null);
    if (!answer?.ok) return;
    for (const [entry, figures] of Object.entries(await answer.json())) {
      const dish = grid.querySelector(`[data-entry="${entry}"]`);
      if (!dish) continue;
      dish.dataset.sold = figures.sold;
      for (const name of ["sold", "left"]) {
        const place = dish.querySelector(`[data-figure="${name}"]`);
        if (place) place.textContent = figures[name] ?? "–";
      }
      dish.classList.toggle("out", figures.out);
      const box = dish.querySelector('[data-do="sold_out"]');
      if (box && box !== document.activeElement) box.checked = figures.out;
    }
  }, NUMBERS_MS);
})();
