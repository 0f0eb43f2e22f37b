// Elements with text in them: what was stored becomes text, never markup.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

// A word beside the colour: nobody has to tell red from green.
export function badge(outcome) {
  return element("span", { class: `badge ${outcome}` }, outcome);
}

// Text of a writer, which may run from right to left, kept to itself.
export function stored(text) {
  return element("bdi", {}, String(text));
}
