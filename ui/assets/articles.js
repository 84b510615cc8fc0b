// The list of articles: several ticked at once, and the form of their own data; the form of a password;
// pages of originals.
(() => {
  "use strict";
  const words = window.guanchaoWords;
  const $ = (selector, root = document) => root.querySelector(selector);
  const send = (name, data) => window.guanchaoArticles && window.guanchaoArticles.trigger(name, data);
  const picked = new Map(); // id → title, over all pages of the list

  const show = () => {
    for (const tick of document.querySelectorAll("#gc-articles .gc-pick")) tick.checked = picked.has(tick.dataset.id);
    const bar = $("#gc-articles .gc-picked");
    if (!bar) return;
    const said = words.picked.replace("{count}", picked.size);
    if (bar.hidden === picked.size > 0) bar.hidden = !picked.size; // written only where it differs: this is watched
    if ($("span", bar).textContent !== said) $("span", bar).textContent = said;
  };
  const form = () => $("#gc-form");
  const edit = async (ids) => {
    const dialog = form();
    dialog.replaceChildren();
    if (!dialog.open) dialog.showModal();
    const html = await window.guanchaoArticles.server.edit_form(ids);
    if (typeof html === "string") dialog.innerHTML = html;
    else dialog.textContent = words.unread;
    $("input", dialog)?.focus();
  };
  const save = (about) => {
    const ids = JSON.parse(about.dataset.ids), set = {};
    for (const field of about.querySelectorAll("input[name]"))
      if (field.value.trim() !== field.dataset.was) set[field.name] = field.value;
    if (!Object.keys(set).length) { $("[role=alert]", about).textContent = words.unchanged; return; }
    send("correct", { ids, set });
    form().close();
  };

  // A page of the original as a picture, in the reader
  let shownPage = null;
  const picture = async (at) => {
    const reader = $("#gc-reader"), place = $("#gc-article");
    if (!reader.open) reader.showModal();
    place.textContent = words.reading;
    const url = `page-picture/${encodeURIComponent(at.id)}?page=${at.page}&start=${at.start}&end=${at.end}`;
    let answer = null;
    try { answer = await fetch(url); } catch { /* reported below */ }
    const bar = document.createElement("div");
    bar.className = "gc-actions";
    const button = (label, page) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "gc-act";
      made.textContent = label;
      made.addEventListener("click", () => (page ? picture({ ...at, page }) : window.guanchaoRead(at)));
      return made;
    };
    if (!answer?.ok) {
      const said = document.createElement("p");
      said.className = "gc-notice";
      said.setAttribute("role", "alert");
      said.textContent = answer ? await answer.text() : words.unread;
      place.replaceChildren(said);
      return;
    }
    const pages = Number(answer.headers.get("X-Pages")), image = document.createElement("img");
    if (shownPage) URL.revokeObjectURL(shownPage);
    shownPage = URL.createObjectURL(await answer.blob());
    image.src = shownPage;
    image.className = "gc-picture";
    image.alt = words.pictureOf.replace("{page}", at.page).replace("{pages}", pages);
    const said = document.createElement("span");
    said.className = "gc-meta";
    said.textContent = image.alt;
    const page = Number(at.page);
    bar.append(button(words.whole));
    if (page > 1) bar.append(button(words.pageBack, page - 1));
    if (page < pages) bar.append(button(words.pageOn, page + 1));
    bar.append(said);
    place.replaceChildren(bar, image);
    place.scrollTop = 0;
    place.focus({ preventScroll: true });
  };

  Object.assign(window.guanchaoActs, {
    picture: (b) => picture({ ...b.dataset }),
    "edit-articles": (b) => edit([b.dataset.ids]),
    "edit-picked": () => edit([...picked.keys()]),
    "only-picked": () => {
      window.guanchaoOnly([...picked].map(([id, title]) => ({ id, title })));
      window.guanchaoTab("chat");
    },
    "make-picked": () => {
      const detail = { kind: "compare", topic: [...picked.values()].join("、"), ids: [...picked.keys()] };
      window.guanchaoTab("made");
      window.dispatchEvent(new CustomEvent("guanchao-make", { detail }));
    },
    unpick: () => { picked.clear(); show(); },
    "close-form": () => form().close(),
    "restore-field": (b) => { send("correct", { ids: JSON.parse(b.dataset.ids), undo: [b.dataset.field] }); form().close(); },
    password: () => {
      form().replaceChildren($("#gc-password").content.cloneNode(true));
      if (!form().open) form().showModal(); // it is asked for in the panel of settings
    },
    uncorrect: (b) => { b.disabled = true; send("uncorrect", { token: b.dataset.token }); },
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches?.(".gc-pick")) return;
    const { id, title } = event.target.dataset;
    if (event.target.checked) picked.set(id, title);
    else picked.delete(id);
    show();
  });
  const change = async (secret) => {
    const said = $("[role=alert]", secret);
    try {
      const answer = await fetch("password", { method: "POST", body: new FormData(secret) });
      said.textContent = await answer.text();
      if (answer.ok) for (const part of secret.querySelectorAll(".gc-field, [type=submit]")) part.remove();
    } catch {
      said.textContent = words.disconnected;
    }
  };
  document.addEventListener("submit", (event) => {
    if (event.target.matches(".gc-secret")) {
      event.preventDefault();
      change(event.target);
      return;
    }
    if (!event.target.matches(".gc-about")) return;
    event.preventDefault();
    save(event.target);
  });
  const start = () => {
    const list = $("#gc-articles");
    if (!list) { setTimeout(start, 100); return; }
    // Gradio draws a list anew, or changes the one that stands there.
    new MutationObserver(show).observe(list, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden"] });
  };
  start();
})();
