// Filters the questions of a report: all, the wrong ones, the changed ones, and by text.
const cards = [...document.querySelectorAll("details.q")];
const buttons = [...document.querySelectorAll("button[data-show]")];
const box = document.querySelector("input[type=search]");
let shown = "all";
function apply() {
  const text = box.value.trim();
  for (const card of cards) {
    const kept = shown === "all" || card.classList.contains(shown);
    card.hidden = !kept || (text !== "" && !card.textContent.includes(text));
  }
  for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.show === shown));
}
for (const button of buttons) button.addEventListener("click", () => { shown = button.dataset.show; apply(); });
box.addEventListener("input", apply);
apply();
