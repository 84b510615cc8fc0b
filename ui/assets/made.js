// The 成果 tab and the material folders. The server says what there is; this hands on what is pressed, and keeps the focus.
(() => {
  "use strict";
  const words = window.guanchaoWords;
  const $ = (selector, root = document) => root.querySelector(selector);
  const send = (name, data) => window.guanchaoMade && window.guanchaoMade.trigger(name, data);
  const act = (name, data = {}) => send("act", { act: name, ...data });
  let putting = null; // the button that was pressed to put something aside: a toast does not show over the reader
  let moved = null; // an item and its place, to go to where it will be
  const places = () => [...document.querySelectorAll("#gc-made .gc-item")].map((one) => one.dataset.item);
  // Gradio changes elements into what the new HTML has in their place; what was typed into a field stays with the element.
  const known = new WeakMap(), typed = new Map();
  const settle = (field) => {
    const of = field.dataset.comment || field.dataset.rename || field.getAttribute("value");
    if (known.get(field) === of) return;
    known.set(field, of);
    field.value = typed.get(of) ?? (field.tagName === "TEXTAREA" ? field.defaultValue : field.getAttribute("value"));
    if (field.closest(".gc-share")) field.value = new URL(field.value, location.href.split("?")[0]).href;
  };
  let viewed = null;

  const at = (button) => ({ id: button.dataset.id });
  const show = (name) => (button) => { $("#gc-reader")?.close(); act(name, at(button)); };
  const plainly = (name) => (button) => act(name, at(button));
  const move = (item, by) => {
    moved = { item, at: places().indexOf(item) };
    act("move_item", { id: item, by });
  };
  const verdict = (button) => {
    const piece = button.closest(".gc-piece"), wanted = button.dataset.verdict;
    for (const one of button.parentElement.querySelectorAll("[data-verdict]")) one.setAttribute("aria-pressed", String(one === button));
    for (const claim of piece.querySelectorAll(".gc-claim")) claim.hidden = Boolean(wanted) && !claim.classList.contains(`gc-${wanted}`);
  };
  const copyLink = async (button) => {
    const field = $("input", button.parentElement), label = button.textContent;
    field.select();
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    button.textContent = words.copied;
    setTimeout(() => { button.textContent = label; }, 1600);
  };
  // An address without the link that was opened, so that a reload shows one's own page.
  const forget = () => history.replaceState(null, "", location.pathname);

  Object.assign(window.guanchaoActs, {
    show_form: () => { act("show_form"); setTimeout(() => $("#gc-kind input:checked")?.focus(), 100); },
    open_piece: show("open_piece"),
    open_folder: show("open_folder"),
    begin_folder: () => act("begin_folder"),
    remove_piece: plainly("remove_piece"),
    restore_piece: plainly("restore_piece"),
    remove_folder: plainly("remove_folder"),
    restore_folder: plainly("restore_folder"),
    remove_item: plainly("remove_item"),
    restore_item: plainly("restore_item"),
    move_item: (b) => move(b.dataset.id, b.dataset.by),
    put: (b) => {
      putting = b.closest("details") ? null : b;
      act("put", { ...b.dataset, act: "put" });
      b.closest("details")?.removeAttribute("open");
    },
    share: (b) => act("share", { kind: b.dataset.kind, id: b.dataset.id }),
    unshare: (b) => act("unshare", { kind: b.dataset.kind, id: b.dataset.id }),
    own: () => { forget(); act("own"); },
    copy_link: copyLink,
    show_verdict: verdict,
    stop_making: (b) => send("stop_making", at(b)),
    pick_article: (b) => send("pick_article", { title: b.dataset.title }),
    make_points: (b) => { $("#gc-reader")?.close(); send("make_points", at(b)); },
  });
  document.addEventListener("click", (event) => {
    for (const open of document.querySelectorAll("details.gc-put[open]"))
      if (!open.contains(event.target)) open.removeAttribute("open");
  });
  document.addEventListener("change", (event) => {
    const field = event.target;
    if (field.dataset?.comment || field.dataset?.rename) typed.set(field.dataset.comment || field.dataset.rename, field.value);
    if (field.dataset?.comment) act("comment_item", { id: field.dataset.comment, text: field.value });
    if (field.dataset?.rename) act("rename_folder", { id: field.dataset.rename, title: field.value });
  });
  document.addEventListener("keydown", (event) => {
    const put = event.target.closest?.("details.gc-put[open]");
    if (event.key === "Escape" && put) {
      put.removeAttribute("open");
      $("summary", put).focus();
      event.stopPropagation();
    }
    if (event.key === "Enter" && event.target.dataset?.rename) event.target.blur();
    const item = event.target.closest?.(".gc-item[tabindex]");
    if (!item || !event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    move(item.dataset.item, event.key === "ArrowUp" ? "-1" : "1");
  }, true);

  // What is open is opened again when the page is loaded anew.
  const remember = () => {
    const view = $("#gc-made .gc-turn");
    if ($("#gc-make")) document.body.classList.toggle("gc-viewing", Boolean($("#gc-made :is(.gc-turn, .gc-notice)")));
    if (moved && places().includes(moved.item) && places().indexOf(moved.item) !== moved.at) {
      const item = $(`#gc-made .gc-item[data-item="${CSS.escape(moved.item)}"]`);
      moved = null;
      item.focus();
      item.scrollIntoView({ block: "nearest" });
    }
    for (const field of document.querySelectorAll("[data-comment], [data-rename], .gc-share input")) settle(field);
    const now = view?.dataset.view || "";
    if (now === viewed) return;
    viewed = now;
    $("#gc-made-middle")?.scrollTo(0, 0);
    try { sessionStorage.setItem("guanchao-made", now); } catch { /* private window */ }
    const cards = $("#gc-made-sources .gc-cards");
    if (view && $(".gc-refs", view)) window.guanchaoRefs(view);
    else if (cards) {
      const empty = document.createElement("p");
      empty.className = "gc-empty";
      empty.textContent = words.cardsEmpty;
      cards.replaceChildren(empty);
    }
  };
  const tabWas = () => { try { return sessionStorage.getItem("guanchao-tab") || ""; } catch { return ""; } };
  document.addEventListener("click", (event) => {
    const tab = event.target.closest("#gc-tabs button[role=tab]");
    if (!tab) return;
    try { sessionStorage.setItem("guanchao-tab", tab.textContent.trim()); } catch { /* private window */ }
  });
  let hushed = 0;
  const heard = () => {
    const said = $("#gc-said-aloud");
    if (!$(":is(.gc-toast, .gc-notice, [data-goto])", said)) return;
    if ($("[data-goto=made]", said)) window.guanchaoTab("made");
    if (putting && $(".gc-toast", said)) {
      const button = putting, label = button.textContent;
      putting = null;
      button.textContent = words.put;
      setTimeout(() => { button.textContent = label; }, 1600);
    }
    clearTimeout(hushed);
    said.classList.remove("gc-hushed");
    hushed = setTimeout(() => said.classList.add("gc-hushed"), 9000);
  };
  const start = () => {
    const said = $("#gc-said-aloud");
    if (!said) { setTimeout(start, 100); return; }
    new MutationObserver(heard).observe(said, { childList: true, subtree: true });
    new MutationObserver(remember).observe(document.body, { childList: true, subtree: true });
    const reopen = () => {
      const token = new URLSearchParams(location.search).get("shared");
      let last = "";
      try { last = sessionStorage.getItem("guanchao-made") || ""; } catch { /* private window */ }
      const [kind, id] = last.split(":"), stay = tabWas() !== words.tabs.made;
      if (token) act("open_shared", { token });
      else if (kind === "piece" || kind === "folder") act(`open_${kind}`, { id, stay });
      else if (!stay) window.guanchaoTab("made");
    };
    if (window.guanchaoMade) reopen();
    else window.addEventListener("guanchao-made-ready", reopen, { once: true });
  };
  // What another part of the page wants made: its form, filled in.
  window.addEventListener("guanchao-make", (event) => {
    act("show_form");
    send("begin", { ...event.detail });
    setTimeout(() => $("#gc-start")?.focus(), 300);
  });
  start();
})();
