// The scope of questions and their manner: kept by the browser, shown as chips, sent along with each question.
// Names from outside are set as text; nothing here builds HTML out of them.
(() => {
  "use strict";
  const words = window.guanchaoWords;
  const $ = (selector, root = document) => root.querySelector(selector);
  const LISTS = ["issuers", "regions", "articles"], NAMES = ["collection", "tag", "folder", "since", "until"];
  const empty = () => ({ period: "", since: "", until: "", issuers: [], regions: [], collection: "", tag: "", folder: "",
    articles: [] });
  const stored = (place, key, otherwise) => {
    try { return { ...otherwise, ...JSON.parse(place.getItem(key) || "{}") }; } catch { return otherwise; }
  };
  const keep = (place, key, value) => { try { place.setItem(key, JSON.stringify(value)); } catch { /* private window */ } };
  let scope = stored(sessionStorage, "guanchao-scope", empty());
  let manner = stored(localStorage, "guanchao-manner", { manner: "", length: "" });
  let titles = stored(sessionStorage, "guanchao-titles", {}); // of articles in the scope, to show

  window.guanchaoScope = () => JSON.stringify({ ...scope, ...manner });

  const chip = (text, remove) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "gc-chip gc-on";
    button.textContent = `${text} ×`;
    button.setAttribute("aria-label", `${words.dropScope} ${text}`);
    button.addEventListener("click", (event) => { event.stopPropagation(); remove(); changed(); });
    return button;
  };
  const chips = () => {
    const shown = [];
    if (scope.period) shown.push(chip(words.periods[scope.period], () => { scope.period = ""; }));
    if (scope.since) shown.push(chip(`${words.since} ${scope.since}`, () => { scope.since = ""; }));
    if (scope.until) shown.push(chip(`${words.until} ${scope.until}`, () => { scope.until = ""; }));
    for (const list of ["regions", "issuers"])
      for (const name of scope[list]) shown.push(chip(name, () => { scope[list] = scope[list].filter((n) => n !== name); }));
    for (const name of ["collection", "tag", "folder"])
      if (scope[name]) shown.push(chip(`${words[name]}：${scope[name]}`, () => { scope[name] = ""; }));
    const [first, ...rest] = scope.articles;
    if (first) {
      const title = titles[first] || first, short = title.length > 18 ? `${title.slice(0, 17)}…` : title;
      shown.push(chip(rest.length ? words.fewArticles.replace("{count}", scope.articles.length) : `《${short}》`,
        () => { scope.articles = []; }));
    }
    return shown;
  };
  const paint = () => {
    const place = $("#gc-scope-chips");
    if (!place) return;
    const shown = chips();
    place.replaceChildren(...shown);
    $("#gc-scope-said").textContent = shown.length ? "" : words.everything;
    for (const group of document.querySelectorAll(".gc-choice[data-usual]"))
      for (const button of group.children)
        button.setAttribute("aria-pressed",
          String(button.dataset.value === (manner[button.dataset.name] || group.dataset.usual)));
    fill();
  };
  const panel = () => $("#gc-scope");
  const fill = () => {
    const form = $("form", panel());
    if (!form) return;
    for (const button of form.querySelectorAll("[data-act=period]"))
      button.setAttribute("aria-pressed", String(button.dataset.value === scope.period));
    for (const name of NAMES) if (form.elements[name]) form.elements[name].value = scope[name];
    for (const list of ["issuers", "regions"])
      for (const tick of form.querySelectorAll(`[name=${list}]`)) tick.checked = scope[list].includes(tick.value);
  };
  let asking = 0;
  const count = async () => {
    const said = $("#gc-reach");
    if (!said || !window.guanchao) return;
    const mine = ++asking;
    const text = await window.guanchao.server.scope_reach(window.guanchaoScope());
    if (mine === asking && typeof text === "string") said.textContent = text;
  };
  const changed = () => {
    keep(sessionStorage, "guanchao-scope", scope);
    keep(localStorage, "guanchao-manner", manner);
    keep(sessionStorage, "guanchao-titles", titles);
    paint();
    if (panel()?.open) count();
  };
  const only = (articles) => {
    titles = Object.fromEntries(articles.map((a) => [a.id, a.title]));
    scope = { ...empty(), articles: articles.map((a) => a.id).slice(0, 50) };
    changed();
  };
  const open = async () => {
    const dialog = panel();
    dialog.showModal();
    const html = await window.guanchao.server.scope_panel("");
    if (typeof html === "string") dialog.innerHTML = html;
    else { dialog.textContent = words.unread; return; }
    fill();
    count();
    $("[data-act=period]", dialog)?.focus();
  };

  window.guanchaoActs = {
    ...window.guanchaoActs,
    scope: open,
    "close-scope": () => panel().close(),
    "clear-scope": () => { scope = empty(); changed(); },
    choose: (b) => { manner[b.dataset.name] = b.dataset.value; changed(); },
    period: (b) => { scope.period = b.dataset.value; scope.since = scope.until = ""; changed(); },
    only: (b) => { $("#gc-reader")?.close(); only([{ id: b.dataset.id, title: b.dataset.title }]); window.guanchaoTab("chat"); },
  };
  window.guanchaoOnly = only;

  document.addEventListener("input", (event) => {
    if (!event.target.closest?.("#gc-scope")) return;
    const field = event.target;
    if (field.matches(".gc-find")) {
      for (const label of field.parentElement.querySelectorAll(".gc-names label"))
        label.hidden = !label.textContent.includes(field.value.trim());
      return;
    }
    if (LISTS.includes(field.name))
      scope[field.name] = field.checked ? [...scope[field.name], field.value] : scope[field.name].filter((n) => n !== field.value);
    else scope[field.name] = field.value;
    if (field.name === "since" || field.name === "until") scope.period = "";
    changed();
  });

  const start = () => {
    const bar = $("#gc-scopebar");
    if (!bar || !$("#gc-scope-chips")) { setTimeout(start, 100); return; }
    new MutationObserver((changes) => {
      if (changes.some((c) => [...c.addedNodes].some((n) => n.querySelector?.("#gc-scope-chips")))) paint();
    }).observe(bar, { childList: true, subtree: true });
    paint();
  };
  start();
})();
