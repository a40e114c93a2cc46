// Keeps the live page fresh: fetches its changing part every few seconds, not while nobody looks.
"use strict";
(() => {
  const EVERY_MS = 4000;
  for (const box of document.querySelectorAll("[data-live]")) {
    let shown = "";
    const note = (text) => {
      const place = box.querySelector("[data-live-note]");
      if (place) place.textContent = text;
      box.classList.toggle("refectory-lost", true);
    };
    const refresh = async () => {
      if (document.hidden) return;
      try {
        const answer = await fetch(box.dataset.live, { headers: { Accept: "text/html" }, redirect: "error" });
        if (answer.status === 403) return note(box.dataset.signedOut);
        if (!answer.ok) return note(box.dataset.lost);
        const text = await answer.text();
        box.classList.remove("refectory-lost");
        if (text === shown) return;
        shown = text;
        const focused = box.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
        box.innerHTML = text;
        if (focused) box.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
      } catch {
        note(box.dataset.lost);
      }
    };
    setInterval(refresh, EVERY_MS);
    document.addEventListener("visibilitychange", refresh);
  }
})();
