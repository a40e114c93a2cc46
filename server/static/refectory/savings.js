// What a set menu saves, while its prices are typed in.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("[data-savings]");
  if (!table) return;
  const format = new Intl.NumberFormat(document.documentElement.lang || "en", {
    style: "currency", currency: table.dataset.currency, currencyDisplay: "narrowSymbol",
  });
  const span = (low, high) => (low === high ? format.format(low / 100) : `${format.format(low / 100)} – ${format.format(high / 100)}`);
  const prices = () => {
    const found = new Map();
    for (const input of document.querySelectorAll('input[name^="prices-"][name$="-amount_minor"]')) {
      const field = (name) => document.querySelector(`[name="${input.name.replace("amount_minor", name)}"]`);
      const amount = Math.round(Number(input.value.replace(",", ".")) * 100);
      if (input.value.trim() && Number.isFinite(amount) && !field("DELETE")?.checked) found.set(field("guest_category")?.value || "", amount);
    }
    return found;
  };
  const show = () => {
    const found = prices();
    for (const row of table.querySelectorAll("tr[data-category]")) {
      const price = found.get(row.dataset.category) ?? found.get("");
      const [menu, saves] = [row.querySelector("[data-menu]"), row.querySelector("[data-saves]")];
      menu.textContent = price === undefined ? "–" : format.format(price / 100);
      saves.textContent = price === undefined ? "–" : span(row.dataset.low - price, row.dataset.high - price);
      if (price === undefined || row.dataset.low - price >= 0) continue;
      const note = document.createElement("span");
      note.className = "refectory-off";
      note.textContent = ` ${table.dataset.dearer}`;
      saves.append(note);
    }
  };
  document.addEventListener("input", (event) => event.target.name?.startsWith("prices-") && show());
  document.addEventListener("change", (event) => event.target.name?.startsWith("prices-") && show());
});
