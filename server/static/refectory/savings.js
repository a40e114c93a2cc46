// What a set menu saves, while its prices are typed in.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const table = document.querySelector("[data-savings]");
  if (!table) return;
  const language = document.documentElement.lang || "en";
  const decimal = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const symbol = new Intl.NumberFormat(language, { style: "currency", currency: table.dataset.currency, currencyDisplay: "narrowSymbol" })
    .formatToParts(0)
    .find((part) => part.type === "currency").value;
  const write = (minor) => `${decimal.format(minor / 100).replace("-", "\u2212")}\u00a0${symbol}`;
  const span = (low, high) => (low === high ? write(low) : `${write(low)} – ${write(high)}`);
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
      menu.textContent = price === undefined ? "–" : write(price);
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
