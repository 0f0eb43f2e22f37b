"use strict";

// ReDoc's footer fetches a logo from its makers; this page asks nobody but us. An
// empty image fails at once, and then the footer does without.
function ours(source) {
  const { origin, protocol } = new URL(source, document.baseURI);
  return origin === location.origin || protocol === "data:" ? source : "data:,";
}

const image = HTMLImageElement.prototype;
const { get, set } = Object.getOwnPropertyDescriptor(image, "src");
Object.defineProperty(image, "src", {
  get,
  set(source) {
    set.call(this, ours(source));
  },
});
image.setAttribute = function (name, value) {
  Element.prototype.setAttribute.call(this, name, name === "src" ? ours(value) : value);
};

const container = document.getElementById("redoc");
const fontFamily = "system-ui, sans-serif";
const typography = {
  fontFamily,
  headings: { fontFamily },
  code: { fontFamily: "ui-monospace, monospace" },
};
Redoc.init(container.dataset.schemaUrl, { theme: { typography } }, container);
