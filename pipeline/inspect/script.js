"use strict";
const about = document.getElementById("about");
function hide() { about.hidden = true; }
function show(event) {
  const target = event.target.closest("[data-about]");
  if (!target) { hide(); return; }
  about.textContent = target.dataset.about;
  about.hidden = false;
  const box = about.getBoundingClientRect();
  const x = Math.min(event.clientX + 14, innerWidth - box.width - 8);
  const below = event.clientY + 14;
  const y = below + box.height > innerHeight ? event.clientY - box.height - 14 : below;
  about.style.left = Math.max(8, x) + "px";
  about.style.top = Math.max(8, y) + "px";
}
document.addEventListener("mousemove", show);
document.addEventListener("click", show);
document.addEventListener("scroll", hide, { passive: true });
document.addEventListener("keydown", (event) => { if (event.key === "Escape") hide(); });
function apply(input) {
  for (const layer of document.querySelectorAll("svg g." + input.dataset.layer)) {
    layer.classList.toggle("off", !input.checked);
  }
}
for (const input of document.querySelectorAll("[data-layer]")) {
  apply(input);
  input.addEventListener("change", () => apply(input));
}
