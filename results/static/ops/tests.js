// The table as it is now, every few seconds, while somebody looks; and bars by arrow keys.
import { refresh } from "./fresh.js";

const SECONDS = 10;

function later() {
  setTimeout(async () => {
    if (!document.hidden) await refresh().then(rove, () => {});
    later();
  }, SECONDS * 1000);
}

// One stop a row for the Tab key; the arrow keys go from day to day.
function rove() {
  for (const bars of document.querySelectorAll(".bars")) {
    const links = [...bars.querySelectorAll("a")];
    const stop = links.find((link) => link === document.activeElement) ?? links.at(-1);
    for (const link of links) link.tabIndex = link === stop ? 0 : -1;
  }
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1 };

document.addEventListener("keydown", (event) => {
  const bars = event.target.closest?.(".bars");
  if (!bars || !(event.key in STEPS)) return;
  const links = [...bars.querySelectorAll("a")];
  const next = links[links.indexOf(event.target) + STEPS[event.key]];
  if (!next) return;
  event.preventDefault();
  next.focus();
  rove();
});

for (const form of document.querySelectorAll("form.filters")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      if (!value.trim() || (name === "sort" && value === "failing")) formData.delete(name);
    }
  });
  for (const select of form.querySelectorAll("select")) {
    select.addEventListener("change", () => form.requestSubmit());
  }
}

rove();
later();
