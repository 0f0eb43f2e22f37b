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
const dark = {
  colors: {
    primary: { main: "#6fd6bb" },
    success: { main: "#6ddc97" },
    error: { main: "#ff8f86" },
    warning: { main: "#f0c674" },
    text: { primary: "#e2ebe9", secondary: "#9db0ac" },
    border: { dark: "#31403d", light: "#31403d" },
    responses: Object.fromEntries(
      [
        ["success", "#6ddc97"],
        ["error", "#ff8f86"],
        ["redirect", "#f0c674"],
        ["info", "#8ab4f8"],
      ].map(([kind, color]) => [kind, { color, backgroundColor: "#1f2b29", tabTextColor: color }]),
    ),
  },
  schema: { nestedBackground: "#1f2b29", linesColor: "#4a5f5b", typeNameColor: "#9db0ac", typeTitleColor: "#9db0ac" },
  sidebar: { backgroundColor: "#0f1615", textColor: "#e2ebe9" },
  rightPanel: { backgroundColor: "#0b1110" },
};
const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
const code = isDark ? { color: "#ff8f86", backgroundColor: "#1f2b29" } : {};
const theme = isDark ? dark : {};
theme.typography = { ...typography, code: { ...typography.code, ...code } };
Redoc.init(container.dataset.schemaUrl, { nonce, theme }, container);
