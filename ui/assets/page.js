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

  // Tabs by what they are called; other scripts add what their buttons do
  const tabOf = (name) => [...document.querySelectorAll("#gc-tabs button[role=tab]")]
    .find((button) => button.textContent.trim() === words.tabs[name]);
  window.guanchaoTab = (name) => {
    const tab = tabOf(name);
    if (tab?.getAttribute("aria-selected") !== "true") tab?.click();
  };
  window.guanchaoActs = {};

  // Light and dark
  const dark = () => document.body.classList.contains("dark");
  const paint = (on) => document.body.classList.toggle("dark", on);
  const remembered = () => { try { return localStorage.getItem("guanchao-theme"); } catch { return null; } };
  const setTheme = () => {
    paint(!dark());
    try { localStorage.setItem("guanchao-theme", dark() ? "dark" : "light"); } catch { /* private window */ }
  };

  // The side panel: that of the tab in which something stands
  const panelOf = (turn) => $("aside.gc-sources", turn.closest("#gc-made-row, #gc-row") || document);
  const showRefs = (turn) => {
    const refs = $(".gc-refs", turn), panel = panelOf(turn), cards = panel && $(".gc-cards", panel);
    if (!refs || !cards) return;
    $("h2", panel).textContent = refs.dataset.heading;
    cards.replaceChildren(...[...refs.children].map((card) => card.cloneNode(true)));
    if (!refs.children.length) {
      const empty = document.createElement("p");
      empty.className = "gc-empty";
      empty.textContent = words.empty;
      cards.append(empty);
    }
    window.guanchaoFold(cards);
    if (panel.id === "gc-sources") shownOf = refs.dataset.of;
    for (const other of document.querySelectorAll(".gc-turn")) other.classList.toggle("gc-shown", other === turn);
  };
  const openCard = (marker, anchor) => {
    const turn = anchor.closest(".gc-turn");
    showRefs(turn);
    cameFrom = anchor;
    const box = panelOf(turn);
    box.classList.add("gc-up");
    const card = $(`.gc-card[data-marker="${CSS.escape(marker)}"]`, box);
    if (!card) return;
    if (card.hidden) window.guanchaoUnfold(card.parentElement);
    for (const other of document.querySelectorAll(".gc-card.gc-at")) other.classList.remove("gc-at");
    card.classList.add("gc-at");
    const quote = $("mark", card) || card;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    box.scrollTo({ top: quote.offsetTop - box.clientHeight / 3, behavior: still ? "auto" : "smooth" });
    card.focus({ preventScroll: true });
    if (box.getBoundingClientRect().top > innerHeight || box.getBoundingClientRect().bottom < 0)
      box.scrollIntoView({ block: "nearest" });
  };
  const closePanel = () => {
    for (const panel of document.querySelectorAll("aside.gc-sources")) panel.classList.remove("gc-up");
    if (cameFrom && cameFrom.isConnected) cameFrom.focus();
    cameFrom = null;
  };

  // The reader
  const read = (button) => show(button.dataset);
  const show = async (at) => {
    const dialog = $("#gc-reader"), article = $("#gc-article");
    article.textContent = words.reading;
    if (!dialog.open) dialog.showModal();
    try {
      const html = await window.guanchao.server.read_article([
        at.id, Number(at.start || 0), Number(at.end || 0), at.words || ""]);
      if (typeof html !== "string") throw new Error("no answer"); // Gradio gives undefined where the server is gone
      article.innerHTML = html;
    } catch {
      const said = document.createElement("p");
      said.className = "gc-notice";
      said.setAttribute("role", "alert");
      said.textContent = words.unread;
      article.replaceChildren(said);
    }
    article.focus({ preventScroll: true });
    const hits = $(".gc-hits", article), mark = $("mark", article);
    if (hits && mark) toHit(hits, 0);
    else if (mark) mark.scrollIntoView({ block: "center" });
    else article.scrollTop = 0;
  };
  // From one hit of a search to the next, round and round
  const toHit = (hits, at) => {
    const marks = [...$("#gc-article").querySelectorAll(".gc-body mark")];
    if (!marks.length) return;
    at = (at + marks.length) % marks.length;
    hits.dataset.at = at;
    marks.forEach((mark, number) => mark.classList.toggle("gc-at", number === at));
    $("span", hits).textContent = words.hitOf.replace("{at}", at + 1).replace("{count}", marks.length);
    marks[at].scrollIntoView({ block: "center" });
  };

  window.guanchaoRefs = showRefs;
  window.guanchaoRead = show;

  // Copying
  const copy = (button) => copied(button, button.dataset.plain);
  // A quote as a document cites it: marks inside a quote become single ones.
  const cite = (button) => {
    const place = button.closest("#gc-article, .gc-card"), chosen = getSelection();
    const inside = !chosen.isCollapsed && place?.contains(chosen.anchorNode) && place.contains(chosen.focusNode);
    const quotes = JSON.parse(button.dataset.quotes), at = Number($(".gc-hits", place)?.dataset.at || 0);
    const quote = (inside ? chosen.toString() : quotes[at] || quotes[0] || "").replace(/\s+/g, " ").trim();
    const nested = quote.replace(/[‘’]/g, (mark) => ({ "‘": "“", "’": "”" })[mark]);
    const single = quote.replace(/[“”]/g, (mark) => ({ "“": "‘", "”": "’" })[mark]);
    const text = /[“”]/.test(quote) ? single : nested;
    copied(button, words.cited.replace("{quote}", () => text).replace("{origin}", () => button.dataset.origin));
  };
  const copied = async (button, text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch { // not allowed outside https and localhost
      const area = document.createElement("textarea");
      area.value = text;
      (button.closest("dialog") || document.body).append(area); // outside an open dialog nothing can be selected
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    const label = button.dataset.label ??= button.textContent;
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

  // Earlier versions of an answer lie in templates beside the one that is shown
  const versions = new WeakMap();
  const version = (button) => {
    const turn = button.closest(".gc-turn");
    if (!versions.has(turn)) {
      const older = [...turn.querySelectorAll("template.gc-older")].map((t) => t.content.firstElementChild.cloneNode(true));
      versions.set(turn, { all: [...older, $(".gc-version", turn)], at: older.length });
    }
    const kept = versions.get(turn);
    kept.at = Math.min(Math.max(kept.at + Number(button.dataset.step), 0), kept.all.length - 1);
    $(".gc-version", turn).replaceWith(kept.all[kept.at]);
    $(".gc-versions span", turn).textContent = `${kept.at + 1}/${kept.all.length}`;
    for (const step of turn.querySelectorAll("[data-act=version]"))
      step.disabled = kept.at + Number(step.dataset.step) < 0 || kept.at + Number(step.dataset.step) >= kept.all.length;
    showRefs(turn);
  };

  // The drawer of conversations, on a narrow page
  const drawer = (open) => {
    const left = $("#gc-left");
    if (!left || left.classList.contains("gc-out") === open) return;
    left.classList.toggle("gc-out", open);
    const opener = $("[data-act=drawer]");
    opener?.setAttribute("aria-expanded", String(open));
    if (open) setTimeout(() => $("#gc-new").focus(), 50);
    else opener?.focus();
  };

  const editing = () => $("#gc-hint [data-act=unedit]");
  const unedit = () => { chat("unedit", {}); $("#gc-box textarea").focus(); };

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
    cite,
    hit: (b) => { const hits = b.closest(".gc-hits"); toHit(hits, Number(hits.dataset.at || 0) + Number(b.dataset.step)); },
    read,
    retry: (b) => chat("retry", { id: b.dataset.id }),
    edit: (b) => { chat("edit", { id: b.dataset.id }); setTimeout(() => $("#gc-box textarea").focus(), 300); },
    suggest: (b) => chat("suggest", { question: b.dataset.question }),
    dequeue: (b) => { chat("withdraw", { id: b.dataset.id }); $("#gc-box textarea").focus(); },
    unedit,
    version,
    drawer: () => drawer(!$("#gc-left").classList.contains("gc-out")),
    begin: () => $("#gc-new").click(),
    restore: (b) => chat("restore", { id: b.dataset.id }),
    "list-by": (b) => {
      const { issuer = "", since = "", until = "", words: said = "", region = "", state = "" } = b.dataset;
      window.guanchaoTab("articles");
      list("narrow", { issuer, since, until, words: said, region, state });
    },
    make: (b) => { // the tab that makes them listens
      window.guanchaoTab("made");
      window.dispatchEvent(new CustomEvent("guanchao-make", { detail: { ...b.dataset } }));
    },
    open: (b) => { drawer(false); chat("open", { id: b.dataset.id }); },
    rename,
    remove: (b) => twice(b, () => chat("remove", { id: b.dataset.id })),
    feedback: (b) => {
      const on = b.getAttribute("aria-pressed") !== "true"; // pressed again, it is taken back
      b.setAttribute("aria-pressed", String(on));
      chat("feedback", { id: b.dataset.id, verdict: on ? "up" : "" });
    },
    complain: (b) => {
      if (b.getAttribute("aria-pressed") !== "true") return complaint(b, true);
      chat("feedback", { id: b.dataset.id, verdict: "" });
    },
    "ask-again": (b) => { window.guanchaoTab("chat"); chat("suggest", { question: b.dataset.question }); },
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
      (acts[button.dataset.act] || window.guanchaoActs[button.dataset.act])?.(button);
      return;
    }
    if (event.target.matches("#gc-reader, #gc-scope, #gc-form")) event.target.close(); // beside what it shows
    if (event.target.closest("#gc-new")) drawer(false);
    else if (!event.target.closest("#gc-left")) drawer(false);
    const skip = event.target.closest(".gc-skip");
    if (!skip) return;
    event.preventDefault();
    const turns = document.querySelectorAll("#gc-log .gc-turn");
    const target = skip.dataset.to === "answer" ? turns[turns.length - 1] : $("#gc-box textarea");
    target?.focus();
  });
  // A button that cites what is selected must not take the selection away.
  document.addEventListener("mousedown", (event) => {
    if (event.target.closest("[data-act=cite]")) event.preventDefault();
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
    if (event.key === "Escape" && !$("dialog[open]")) {
      if ($("#gc-left")?.classList.contains("gc-out")) drawer(false);
      else if (cameFrom) closePanel();
      else if (editing()) unedit();
    }
    moveInList(event);
  });

  // One stop of the Tab key an entry: up and down go from one to the next, right and left to what can be done.
  const moveInList = (event) => {
    const item = event.target.closest?.(".gc-list li");
    if (!item || !event.key.startsWith("Arrow")) return;
    const row = [...item.querySelectorAll(".gc-open, .gc-tool")], at = row.indexOf(event.target);
    const to = { ArrowDown: $(".gc-open", item.nextElementSibling || item), ArrowUp: $(".gc-open", item.previousElementSibling || item),
      ArrowRight: row[at + 1], ArrowLeft: row[at - 1] }[event.key];
    if (!to || at < 0) return;
    event.preventDefault();
    to.focus();
  };

  // What follows the answer as it comes
  let heard = Date.now(), running = false, conversation = null, stage = "", seen = "", placed = 0;
  const answering = (on) => { running = on; document.body.classList.toggle("gc-answering", on); };
  const tell = (text) => { const said = $("#gc-said"); if (said && said.textContent !== text) said.textContent = text; };
  // The beginning of the newest exchange is brought into view and stays there, unless the reader has scrolled away.
  const place = (turn, name) => {
    const view = $("#gc-view");
    if (!view || !turn) return;
    const away = Math.abs(view.scrollTop - placed) > 4;
    if (name === seen && (away || name !== "live")) return;
    if (seen === "live" && name !== "live" && away) { seen = name; return; } // reads elsewhere while it was written
    seen = name;
    view.scrollTop += turn.getBoundingClientRect().top - view.getBoundingClientRect().top - 4;
    placed = view.scrollTop;
  };
  // What the library holds and what can be made of it comes when an empty chat is shown.
  let greeted = null;
  const greet = async () => {
    const place = $("#gc-library");
    if (!place || place === greeted || !window.guanchao) return;
    greeted = place;
    const html = await window.guanchao.server.welcome("");
    if (typeof html !== "string" || !place.isConnected) return;
    place.innerHTML = html;
    if (!$(".gc-moves", place)) setTimeout(() => { greeted = null; greet(); }, 3000); // they are being made
  };
  const follow = () => {
    greet();
    const live = $("#gc-live .gc-turn"), log = $("#gc-log .gc-log");
    if (live?.dataset.lost) return; // until a page that is heard again puts something else there
    heard = Date.now();
    if (live) {
      answering(true);
      if ($(".gc-refs", live).children.length && shownOf !== "live") showRefs(live);
      if (live.dataset.stage !== stage) { stage = live.dataset.stage; tell($(".gc-stage", live).firstChild.textContent); }
      place(live, "live");
    } else if (log) {
      if (running) tell(words.answered);
      answering(false);
      stage = "";
      const turns = log.querySelectorAll(".gc-turn"), last = turns[turns.length - 1];
      if (last && shownOf !== last.dataset.exchange) showRefs(last);
      if (last) place(last, last.dataset.exchange);
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
  };
  // A server that is gone says nothing more: leave a sentence instead of a stage that stands for ever.
  setInterval(() => {
    const live = $("#gc-live .gc-turn");
    // What waits for other people's answers hears nothing until its turn.
    if (!running || !live || live.dataset.stage === "waiting" || Date.now() - heard < 15000) return;
    const said = document.createElement("div");
    said.className = "gc-trouble";
    said.setAttribute("role", "alert");
    said.textContent = words.lost;
    live.dataset.lost = "yes";
    $(".gc-reply", live).replaceChildren(said);
    answering(false); // the box works again
  }, 1000);
  // What is answered in a conversation that is not open now is marked in the list when it is done.
  setInterval(() => { if (!document.hidden && $("#gc-conversations .gc-pending")) chat("refresh", {}); }, 3000);

  // Gradio's own messages, of which some are in English whatever the language
  const inChinese = (text) => {
    if (/[\u4e00-\u9fff]/.test(text.replace(/:[^.]*\./, ""))) return text;
    const type = text.match(/^Invalid file types?: (.*)\. Only (.*) allowed/s);
    if (type) return words.badType.replace("{name}", type[1]).replace("{kinds}", type[2]);
    if (/connect|fetch|network/i.test(text)) return words.disconnected;
    if (/size|large/i.test(text)) return words.tooLarge;
    return words.broken;
  };
  const translate = () => {
    for (const said of document.querySelectorAll(".toast-body .toast-title, .toast-body [data-testid=toast-text]")) {
      if (said.dataset.said === said.textContent) continue;
      if (said.matches(".toast-title")) said.textContent = words.toasts[said.textContent.trim()] || said.textContent;
      else said.textContent = inChinese(said.textContent);
      said.dataset.said = said.textContent;
    }
    for (const close of document.querySelectorAll(".toast-close[aria-label=Close]")) close.setAttribute("aria-label", words.close);
  };

  // A tab that slept has missed what was said meanwhile.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && running && conversation && Date.now() - heard > 4000) chat("open", { id: conversation });
  });

  const start = () => {
    const log = $("#gc-log"), live = $("#gc-live"), box = $("#gc-box textarea");
    if (!log || !live || !box || !$("#gc-cards") || !$("#gc-hint")) { setTimeout(start, 100); return; } // Gradio draws them one after another
    if (remembered()) paint(remembered() === "dark");
    document.documentElement.lang = "zh-CN";
    const watcher = new MutationObserver(follow);
    watcher.observe(log, { childList: true, subtree: true });
    watcher.observe(live, { childList: true, subtree: true });
    // Thanks for an opinion goes by itself; what wants an answer stays.
    const hint = $("#gc-hint");
    new MutationObserver(() => {
      const thanks = $(".gc-editing[role=status]", hint);
      if (thanks) setTimeout(() => thanks.remove(), 6000);
    }).observe(hint, { childList: true, subtree: true });
    new MutationObserver(translate).observe(document.body, { childList: true, subtree: true });
    if (matchMedia("(pointer: coarse)").matches) box.placeholder = words.askShort;
    const reopen = () => {
      if (new URLSearchParams(location.search).has("shared")) return; // made.js opens that
      let last = "";
      try { last = sessionStorage.getItem("guanchao-conversation") || ""; } catch { /* private window */ }
      if (last) chat("open", { id: last });
    };
    const ready = () => { reopen(); greet(); };
    if (window.guanchao) ready();
    else window.addEventListener("guanchao-ready", ready, { once: true });
  };
  start();
})();
