// The panel of settings, and what is only a matter of looking: the size of the text and how many quotes stand at the side.
(() => {
  "use strict";
  const words = window.guanchaoWords;
  const $ = (selector, root = document) => root.querySelector(selector);
  const USUAL = { size: "1", sources: "5" };
  const kept = (name) => { try { return localStorage.getItem(`guanchao-${name}`) || USUAL[name]; } catch { return USUAL[name]; } };
  const chosen = { size: kept("size"), sources: kept("sources") };

  const paint = () => {
    document.documentElement.style.setProperty("--gc-size", chosen.size);
    for (const chip of document.querySelectorAll("#gc-form .gc-settings [data-act=prefer]"))
      chip.setAttribute("aria-pressed", String(chip.dataset.value === chosen[chip.dataset.name]));
  };
  // The cards beyond the number that is wanted wait behind a button; page.js calls this when it has shown some.
  window.guanchaoFold = (cards) => {
    const most = Number(chosen.sources) || Infinity, all = [...cards.querySelectorAll(".gc-card")];
    $(".gc-more", cards)?.remove();
    all.forEach((card, number) => { card.hidden = number >= most; });
    if (all.length <= most) return;
    const more = document.createElement("button");
    more.type = "button";
    more.className = "gc-chip gc-more";
    more.dataset.act = "more-sources";
    more.textContent = words.moreSources.replace("{count}", all.length - most);
    cards.append(more);
  };
  window.guanchaoUnfold = (cards) => {
    for (const card of cards.querySelectorAll(".gc-card")) card.hidden = false;
    $(".gc-more", cards)?.remove();
  };
  const form = () => $("#gc-form");
  const fill = async () => {
    const html = await window.guanchao.server.settings_panel("");
    if (typeof html === "string") form().innerHTML = html;
    else form().textContent = words.unread;
    paint();
  };

  Object.assign(window.guanchaoActs, {
    settings: async () => {
      form().replaceChildren();
      if (!form().open) form().showModal();
      await fill();
      $("[data-act=prefer][aria-pressed=true]", form())?.focus();
    },
    prefer: (b) => {
      chosen[b.dataset.name] = b.dataset.value;
      try { localStorage.setItem(`guanchao-${b.dataset.name}`, b.dataset.value); } catch { /* private window */ }
      paint();
      for (const cards of document.querySelectorAll(".gc-cards")) window.guanchaoFold(cards);
    },
    "more-sources": (b) => {
      const cards = b.closest(".gc-cards"), next = $(".gc-card[hidden]", cards);
      window.guanchaoUnfold(cards);
      next?.focus();
    },
    "open-opinion": (b) => {
      form().close();
      window.guanchaoTab("chat");
      window.guanchao.trigger("open", { id: b.dataset.id });
    },
    withdraw: (b) => {
      window.guanchao.trigger("feedback", { id: b.dataset.id, verdict: "" });
      const list = b.closest("ul");
      b.closest("li").remove();
      if (!list.children.length) fill();
    },
  });
  paint();
})();
