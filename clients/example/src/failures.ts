/** What to make of a failed request. */
import type { ErrorResponse } from "monitor-client/hey-api";

function isErrorResponse(failure: unknown): failure is ErrorResponse {
  return typeof failure === "object" && failure !== null && "errors" in failure;
}

/** For people: the API's own words, where it said any. */
export function explain(failure: unknown): string {
  if (!isErrorResponse(failure)) return "The API does not answer.";
  return failure.errors.map(({ attr, detail }) => (attr ? `${attr}: ${detail}` : detail)).join(" ");
}

/** What the client did wrong stays wrong; everything else may pass. */
export function isWorthRetrying(tries: number, failure: unknown): boolean {
  return tries < 2 && !(isErrorResponse(failure) && failure.type !== "server_error");
}
