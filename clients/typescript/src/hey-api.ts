/** What @hey-api/openapi-ts made: a function an operation, and a typed event stream. */
export * from "./generated/hey-api/index.js";
export { client } from "./generated/hey-api/client.gen.js";
export { createClient, createConfig } from "./generated/hey-api/client/index.js";
