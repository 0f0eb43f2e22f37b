// Rows of a run history that open: what is in them is asked for when they do.
import { element } from "./elements.js";

export class RunRows {
  constructor(section) {
    this.section = section;
    this.bodies = new Map();
    section.addEventListener("click", (event) => this.clicked(event));
    section.addEventListener("keydown", (event) => {
      if (event.key === " " && event.target.closest("[data-body]")) this.clicked(event);
    });
    this.prepare();
  }

  // Without a script these are links to the run's page.
  prepare() {
    for (const opener of this.section.querySelectorAll("[data-body]")) {
      opener.setAttribute("role", "button");
      opener.setAttribute("aria-expanded", "false");
    }
  }

  clicked(event) {
    const opener = event.target.closest("[data-body]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.toggle(opener);
  }

  toggle(opener) {
    const isOpen = opener.getAttribute("aria-expanded") !== "true";
    opener.setAttribute("aria-expanded", String(isOpen));
    const row = document.getElementById(opener.getAttribute("aria-controls"));
    row.hidden = !isOpen;
    if (isOpen) this.fill(row.firstElementChild, opener.dataset.body);
  }

  async fill(cell, url) {
    const known = this.bodies.get(url);
    if (known) return cell.replaceChildren(known);
    cell.replaceChildren(element("p", { class: "quiet", role: "status" }, "Loading …"));
    try {
      const body = await loaded(url);
      this.bodies.set(url, body);
      cell.replaceChildren(body);
    } catch (failure) {
      cell.replaceChildren(element("p", { class: "errornote", role: "alert" }, failure.message));
    }
  }

  // After the rows were replaced: those that were open are again.
  get open() {
    return [...this.section.querySelectorAll("[data-body][aria-expanded=true]")].map((opener) => opener.dataset.body);
  }

  reopen(urls) {
    this.prepare();
    for (const opener of this.section.querySelectorAll("[data-body]")) {
      if (urls.includes(opener.dataset.body)) this.toggle(opener);
    }
  }
}

async function loaded(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) {
    throw new Error(`The run could not be loaded (${response.redirected ? "signed out" : response.status}).`);
  }
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const body = element("div", { class: "run-body" });
  body.append(...page.body.childNodes);
  return body;
}
