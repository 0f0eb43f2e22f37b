import { defineConfig } from "@hey-api/openapi-ts";

const input = "../../tests/openapi.json";
const output = (name: string) => ({
  path: `src/generated/${name}`,
  // Node resolves no import without one.
  importFileExtension: ".js",
});

export default defineConfig([
  {
    input,
    output: output("hey-api"),
    plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk", "@tanstack/react-query"],
  },
  {
    input,
    output: output("hey-api-zod"),
    plugins: [
      "@hey-api/client-fetch",
      "@hey-api/typescript",
      { name: "@hey-api/sdk", validator: { response: "zod" } },
      "zod",
    ],
  },
]);
