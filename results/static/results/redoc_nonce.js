"use strict";

// ReDoc's script makes style elements, some before it can be told their nonce.
const { nonce } = document.getElementById("redoc").dataset;
document.createElement = function (name, options) {
  const element = Document.prototype.createElement.call(this, name, options);
  if (String(name).toLowerCase() === "style") element.nonce = nonce;
  return element;
};
