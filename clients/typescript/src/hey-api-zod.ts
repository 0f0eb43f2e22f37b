/** The same, and every answer is checked at run time; a wrong one is a ZodError. */
export * from "./generated/hey-api-zod/index.js";
export * as schemas from "./generated/hey-api-zod/zod.gen.js";
export { client } from "./generated/hey-api-zod/client.gen.js";
export { createClient, createConfig } from "./generated/hey-api-zod/client/index.js";
