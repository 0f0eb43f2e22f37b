// Parts of a page brought up to date in their places: what has the focus keeps it, what
// was open stays open, and what did not change is not touched.

const shown = new WeakMap();

// Replaces each [data-fresh] element by that of the same id in the page as it is now;
// true when one changed.
export async function refresh() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) return false;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const parts = [...document.querySelectorAll("[data-fresh]")];
  return parts.filter((old) => replaced(old, page.getElementById(old.id))).length > 0;
}

function replaced(old, now) {
  if (!now || now.innerHTML === shown.get(old)) return false;
  shown.set(old, now.innerHTML);
  const focus = old.contains(document.activeElement) ? place(document.activeElement) : null;
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  old.replaceChildren(...now.childNodes);
  [...old.querySelectorAll("details")].forEach((details, number) => (details.open = open[number] ?? false));
  if (focus) old.querySelector(focus)?.focus({ preventScroll: true });
  return true;
}

function place(focused) {
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const href = focused.getAttribute("href");
  return href ? `${focused.localName}[href="${CSS.escape(href)}"]` : null;
}
