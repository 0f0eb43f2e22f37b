"use strict";

// The API refuses an empty parameter, and one at its default only makes the URL long.
for (const form of document.querySelectorAll("form.parameters")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const input of form.querySelectorAll("[name]")) {
      const value = input.value.trim();
      if (value === "" || value === input.dataset.default) formData.delete(input.name);
    }
  });
}
