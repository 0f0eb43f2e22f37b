/** openapi-fetch over types that openapi-typescript made. */
import createClient, { type Client, type ClientOptions } from "openapi-fetch";
import type { components, paths } from "./generated/openapi-fetch.js";

export type { components, operations, paths } from "./generated/openapi-fetch.js";
/** The shapes of all answers: `Schemas["Run"]`. */
export type Schemas = components["schemas"];
export type MonitorClient = Client<paths>;

export function createMonitorClient(options: ClientOptions): MonitorClient {
  return createClient<paths>(options);
}
