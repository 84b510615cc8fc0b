// The page's habits of the hand. Text from outside only ever arrives escaped by the server; nothing here builds HTML
// out of it: cards are cloned, words are set as text.
(() => {
  "use strict";
  const words = window.guanchaoWords;
  const $ = (selector, root = document) => root.querySelector(selector);
  const chat = (name, data) => window.guanchao && window.guanchao.trigger(name, data);
  const list = (name, data) => window.guanchaoArticles && window.guanchaoArticles.trigger(name, data);
  let cameFrom = null; // the marker that opened a card, to go back to
  let shownOf = "";

  // Light and dark
  const dark = () => document.body.classList.contains("dark");
  const paint = (on) => document.body.classList.toggle("dark", on);
  const remembered = () => { try { return localStorage.getItem("guanchao-theme"); } catch { return null; } };
  const setTheme = () => {
    paint(!dark());
    try { localStorage.setItem("guanchao-theme", dark() ? "dark" : "light"); } catch { /* private window */ }
  };

  // The side panel
  const showRefs = (turn) => {
    const refs = $(".gc-refs", turn), cards = $("#gc-cards");
    if (!refs || !cards) return;
    $("#gc-sources h3").textContent = refs.dataset.heading;
    cards.replaceChildren(...[...refs.children].map((card) => card.cloneNode(true)));
    if (!refs.children.length) {
      const empty = document.createElement("p");
      empty.className = "gc-empty";
      empty.textContent = words.empty;
      cards.append(empty);
    }
    shownOf = refs.dataset.of;
    for (const other of document.querySelectorAll(".gc-turn")) other.classList.toggle("gc-shown", other === turn);
  };
  const openCard = (marker, anchor) => {
    const turn = anchor.closest(".gc-turn");
    showRefs(turn);
    cameFrom = anchor;
    $("#gc-sources").classList.add("gc-up");
    const card = $(`#gc-cards .gc-card[data-marker="${CSS.escape(marker)}"]`);
    if (!card) return;
    for (const other of document.querySelectorAll(".gc-card.gc-at")) other.classList.remove("gc-at");
    card.classList.add("gc-at");
    const quote = $("mark", card) || card;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = $("#gc-sources");
    box.scrollTo({ top: quote.offsetTop - box.clientHeight / 3, behavior: still ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
    if (box.getBoundingClientRect().top > innerHeight || box.getBoundingClientRect().bottom < 0)
      box.scrollIntoView({ block: "nearest" });
  };
  const closePanel = () => {
    $("#gc-sources").classList.remove("gc-up");
    if (cameFrom && cameFrom.isConnected) cameFrom.focus();
    cameFrom = null;
  };

  // The reader
  const read = async (button) => {
    const dialog = $("#gc-reader"), article = $("#gc-article");
    article.textContent = words.reading;
    if (!dialog.open) dialog.showModal();
    try {
      article.innerHTML = await window.guanchao.server.read_article([
        button.dataset.id, Number(button.dataset.start || 0), Number(button.dataset.end || 0),
        button.dataset.words || ""]);
    } catch {
      article.textContent = words.lost;
    }
    const mark = $("mark", article);
    if (mark) mark.scrollIntoView({ block: "center" });
    else article.scrollTop = 0;
    article.focus({ preventScroll: true });
  };

  // Copying
  const copy = async (button) => {
    const text = button.dataset.plain;
    try {
      await navigator.clipboard.writeText(text);
    } catch { // not allowed outside https and localhost
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.textContent;
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = label; }, 1600);
  };

  // What cannot be undone is asked for twice
  const twice = (button, act) => {
    if (button.dataset.sure) return act();
    const label = button.textContent;
    button.dataset.sure = "1";
    button.textContent = words.sure;
    setTimeout(() => { delete button.dataset.sure; button.textContent = label; }, 3500);
  };

  const rename = (button) => {
    const item = button.closest("li"), name = $(".gc-name", item), before = name.textContent;
    const field = document.createElement("input");
    field.className = "gc-renaming";
    field.maxLength = 60;
    field.value = before;
    field.setAttribute("aria-label", button.textContent);
    let over = false; // removing the field blurs it
    const done = (keep) => {
      if (over) return;
      over = true;
      const title = field.value.trim();
      field.remove();
      $(".gc-open", item).hidden = false;
      if (keep && title && title !== before) chat("rename", { id: button.dataset.id, title });
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done(true);
      if (event.key === "Escape") done(false);
      event.stopPropagation();
    });
    field.addEventListener("blur", () => done(true));
    $(".gc-open", item).hidden = true;
    item.prepend(field);
    field.select();
  };

  const complaint = (button, open) => {
    const form = $(".gc-complaint", button.closest(".gc-turn"));
    form.hidden = !open;
    if (open) $("input", form).focus();
  };

  const acts = {
    theme: setTheme,
    copy,
    read,
    retry: (b) => chat("retry", { id: b.dataset.id }),
    edit: (b) => { chat("edit", { id: b.dataset.id }); setTimeout(() => $("#gc-box textarea").focus(), 300); },
    suggest: (b) => chat("suggest", { question: b.dataset.question }),
    open: (b) => chat("open", { id: b.dataset.id }),
    rename,
    remove: (b) => twice(b, () => chat("remove", { id: b.dataset.id })),
    feedback: (b) => { b.setAttribute("aria-pressed", "true"); chat("feedback", { id: b.dataset.id, verdict: "up" }); },
    complain: (b) => complaint(b, true),
    uncomplain: (b) => complaint(b, false),
    turn: (b) => { list("turn", { page: Number(b.dataset.page) }); $("#gc-article-filters").scrollIntoView({ block: "nearest" }); },
    replace: (b) => list("replace", { id: b.dataset.id }),
    "delete-article": (b) => twice(b, () => list("discard", { id: b.dataset.id })),
    "close-panel": closePanel,
    "close-reader": () => $("#gc-reader").close(),
  };

  document.addEventListener("click", (event) => {
    const marker = event.target.closest(".gc-marker");
    if (marker) {
      event.preventDefault();
      openCard(marker.dataset.marker, marker);
      return;
    }
    const button = event.target.closest("[data-act]");
    if (button) {
      event.preventDefault();
      acts[button.dataset.act]?.(button);
      return;
    }
    if (event.target.id === "gc-reader") event.target.close(); // beside the article
    const skip = event.target.closest(".gc-skip");
    if (skip) { event.preventDefault(); $("#gc-box textarea").focus(); }
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest(".gc-complaint");
    if (!form) return;
    event.preventDefault();
    const reason = $("input:checked", form)?.value || "", comment = $("textarea", form).value;
    chat("feedback", { id: form.dataset.id, verdict: "down", reason, comment });
    form.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !$("#gc-reader")?.open && cameFrom) closePanel();
  });

  // What follows the answer as it comes
  let heard = Date.now(), running = false, conversation = null;
  const follow = () => {
    const live = $("#gc-live .gc-turn"), log = $("#gc-log .gc-log");
    heard = Date.now();
    if (live) {
      running = true;
      if ($(".gc-refs", live).children.length && shownOf !== "live") showRefs(live);
    } else if (log) {
      running = false;
      const turns = log.querySelectorAll(".gc-turn"), last = turns[turns.length - 1];
      if (last && shownOf !== last.dataset.exchange) showRefs(last);
      if (!last && shownOf) {
        shownOf = "";
        const empty = document.createElement("p");
        empty.className = "gc-empty";
        empty.textContent = words.empty;
        $("#gc-cards").replaceChildren(empty);
      }
    }
    // Remembered from the first moment: an answer goes on in the server when this page is loaded anew.
    if (log && log.dataset.conversation !== undefined && log.dataset.conversation !== conversation) {
      conversation = log.dataset.conversation;
      try { sessionStorage.setItem("guanchao-conversation", conversation); } catch { /* private window */ }
    }
    const view = $("#gc-view");
    if (view && (live || view.dataset.end !== "no")) view.scrollTop = view.scrollHeight;
  };
  // A server that is gone says nothing more: leave a sentence instead of a stage that stands for ever.
  setInterval(() => {
    const live = $("#gc-live .gc-turn");
    if (!running || !live || Date.now() - heard < 15000) return;
    const said = document.createElement("div");
    said.className = "gc-trouble";
    said.setAttribute("role", "alert");
    said.textContent = words.lost;
    $(".gc-reply", live).replaceChildren(said);
    running = false;
  }, 1000);

  // A tab that slept has missed what was said meanwhile.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && running && conversation && Date.now() - heard > 4000) chat("open", { id: conversation });
  });

  const start = () => {
    const log = $("#gc-log"), live = $("#gc-live");
    if (!log || !live || !$("#gc-cards")) { setTimeout(start, 100); return; }
    if (remembered()) paint(remembered() === "dark");
    document.documentElement.lang = "zh-CN";
    const watcher = new MutationObserver(follow);
    watcher.observe(log, { childList: true, subtree: true });
    watcher.observe(live, { childList: true, subtree: true });
    const reopen = () => {
      let last = "";
      try { last = sessionStorage.getItem("guanchao-conversation") || ""; } catch { /* private window */ }
      if (last) chat("open", { id: last });
    };
    if (window.guanchao) reopen();
    else window.addEventListener("guanchao-ready", reopen, { once: true });
  };
  start();
})();
