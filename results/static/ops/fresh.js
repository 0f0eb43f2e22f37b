// Parts of a page brought up to date in their places: what has the focus keeps it, what
// was open stays open, and what did not change is not touched.

const shown = new WeakMap();

// Replaces each [data-fresh] element by that of the same id in the page as it is now;
// true when one changed. `replacing` is called right before, and what it returns after.
// Where there is none to be had, a notice says that this one is old.
export async function refresh(replacing = () => () => {}) {
  const page = await present().catch(() => null);
  document.getElementById("stale").hidden = page !== null;
  if (page === null) return false;
  const parts = [...document.querySelectorAll("[data-fresh]")];
  return parts.filter((old) => replaced(old, page.getElementById(old.id), replacing)).length > 0;
}

async function present() {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  // A session that is over leads to the login.
  if (!response.ok || response.redirected) return null;
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

function replaced(old, now, replacing) {
  if (!now || now.innerHTML === shown.get(old)) return false;
  shown.set(old, now.innerHTML);
  const focus = old.contains(document.activeElement) ? place(document.activeElement) : null;
  const open = [...old.querySelectorAll("details")].map((details) => details.open);
  const restore = replacing(old);
  old.replaceChildren(...now.childNodes);
  restore();
  [...old.querySelectorAll("details")].forEach((details, number) => (details.open = open[number] ?? false));
  if (focus) old.querySelector(focus)?.focus({ preventScroll: true });
  return true;
}

function place(focused) {
  if (focused.id) return `#${CSS.escape(focused.id)}`;
  const href = focused.getAttribute("href");
  return href ? `${focused.localName}[href="${CSS.escape(href)}"]` : null;
}
