/** Every operation by openapi-fetch, with what can go wrong; compiled, not run. */
import { createMonitorClient, type paths, type Schemas } from "monitor-client/openapi-fetch";

const baseUrl = "http://127.0.0.1:8000";
const api = createMonitorClient({ baseUrl });
const path = { test_id: "checkout-flow" };

/** The compiler notices when one is missing. */
export const calls = {
  "/api/dashboard": () => api.GET("/api/dashboard"),
  "/api/tests": () => api.GET("/api/tests", { params: { query: { q: "login", limit: 10, offset: 0 } } }),
  "/api/tests/{test_id}": () => api.GET("/api/tests/{test_id}", { params: { path } }),
  "/api/tests/{test_id}/results": () =>
    api.GET("/api/tests/{test_id}/results", { params: { path, query: { limit: 100, offset: 20 } } }),
  "/api/tests/{test_id}/results/{run_id}": () =>
    api.GET("/api/tests/{test_id}/results/{run_id}", { params: { path: { ...path, run_id: "a1b2c3d4" } } }),
  "/api/tests/{test_id}/results/{run_id}/compare/{other}": () =>
    api.GET("/api/tests/{test_id}/results/{run_id}/compare/{other}", {
      params: { path: { ...path, run_id: "a1b2c3d4", other: "b1b2c3d4" } },
    }),
  "/api/tests/{test_id}/timing": () =>
    api.GET("/api/tests/{test_id}/timing", { params: { path, query: { limit: 200 } } }),
  "/api/tests/{test_id}/timing/stats": () =>
    api.GET("/api/tests/{test_id}/timing/stats", {
      params: { path, query: { window: "7d", percentiles: "50,95" } },
    }),
  "/api/tests/{test_id}/steps": () =>
    api.GET("/api/tests/{test_id}/steps", { params: { path, query: { window: "7d" } } }),
  "/api/tests/{test_id}/uptime": () =>
    api.GET("/api/tests/{test_id}/uptime", { params: { path, query: { hours: 720 } } }),
  "/api/tests/{test_id}/availability": () =>
    api.GET("/api/tests/{test_id}/availability", { params: { path, query: { windows: "24h,7d" } } }),
  "/api/tests/{test_id}/availability/slots": () =>
    api.GET("/api/tests/{test_id}/availability/slots", { params: { path, query: { bucket: "day", count: 90 } } }),
  "/api/summary": () => api.GET("/api/summary", { params: { query: { sort: "failing", limit: 20 } } }),
  "/api/availability": () => api.GET("/api/availability", { params: { query: { tests: "a,b", window: "7d" } } }),
  "/api/tests/{test_id}/incidents": () =>
    api.GET("/api/tests/{test_id}/incidents", { params: { path, query: { limit: 50 } } }),
  "/api/tests/{test_id}/outages": () =>
    api.GET("/api/tests/{test_id}/outages", { params: { path, query: { window: "7d", state: "open" } } }),
  "/api/outages": () => api.GET("/api/outages", { params: { query: { tests: "a,b", min_duration_s: 60 } } }),
  "/api/outages/groups": () => api.GET("/api/outages/groups", { params: { query: { open_after: 2 } } }),
  // What is no JSON has to be said; `parseAs: "stream"` for files larger than memory.
  "/api/tests/{test_id}/results.{form}": () =>
    api.GET("/api/tests/{test_id}/results.{form}", {
      params: { path: { ...path, form: "csv" }, query: { outcome: "failed" } },
      parseAs: "text",
    }),
  "/api/tests/{test_id}/outages.{form}": () =>
    api.GET("/api/tests/{test_id}/outages.{form}", { params: { path: { ...path, form: "csv" } }, parseAs: "blob" }),
  "/api/tests/{test_id}/timing.{form}": () =>
    api.GET("/api/tests/{test_id}/timing.{form}", { params: { path: { ...path, form: "ndjson" } }, parseAs: "stream" }),
  "/api/tests/{test_id}/availability/slots.{form}": () =>
    api.GET("/api/tests/{test_id}/availability/slots.{form}", {
      params: { path: { ...path, form: "csv" }, query: { bucket: "hour" } },
      parseAs: "text",
    }),
  "/api/results.{form}": () =>
    api.GET("/api/results.{form}", { params: { path: { form: "csv" }, query: { tests: "a,b" } }, parseAs: "text" }),
  "/api/outages.{form}": () =>
    api.GET("/api/outages.{form}", { params: { path: { form: "csv" }, query: { tests: "a,b" } }, parseAs: "text" }),
  "/api/timing.{form}": () =>
    api.GET("/api/timing.{form}", { params: { path: { form: "csv" }, query: { tests: "a,b" } }, parseAs: "text" }),
  "/api/availability/slots.{form}": () =>
    api.GET("/api/availability/slots.{form}", {
      params: { path: { form: "csv" }, query: { tests: "a,b", count: 90 } },
      parseAs: "text",
    }),
  "/badges/{test_id}/{about}.json": () =>
    api.GET("/badges/{test_id}/{about}.json", { params: { path: { ...path, about: "uptime" }, query: { window: "7d" } } }),
  "/badges/{test_id}/{about}.svg": () =>
    api.GET("/badges/{test_id}/{about}.svg", { params: { path: { ...path, about: "status" } }, parseAs: "text" }),
  "/feed.atom": () => api.GET("/feed.atom", { parseAs: "text" }),
  "/api/tests/{test_id}/feed.atom": () =>
    api.GET("/api/tests/{test_id}/feed.atom", { params: { path }, parseAs: "text" }),
  "/metrics": () => api.GET("/metrics", { parseAs: "text" }),
  "/metrics/streams": () => api.GET("/metrics/streams", { parseAs: "text" }),
  // Ends after what is stored; for the rest of it see `follow`.
  "/api/tests/{test_id}/live": () =>
    api.GET("/api/tests/{test_id}/live", { params: { path, query: { follow: false } }, parseAs: "text" }),
  "/api/live": () => api.GET("/api/live", { params: { query: { tests: "a,b", follow: false } }, parseAs: "text" }),
  "/api/live-token": () => api.POST("/api/live-token", { headers: { "X-Api-Key": "mon_of-yours" } }),
  "/healthz": () => api.GET("/healthz"),
  "/readyz": () => api.GET("/readyz"),
} satisfies Record<keyof paths, () => Promise<unknown>>;

type Operation<P extends keyof paths> = Extract<paths[P]["get" | "post"], { responses: unknown }>;
type Answers<P extends keyof paths> = keyof Operation<P>["responses"];
type Failure = Exclude<{ [P in keyof paths]: Answers<P> }[keyof paths], 200 | 304>;

/** Every status that is no success, on any endpoint; browsers keep a 304 to themselves. */
export const meanings = {
  400: "a parameter is wrong",
  401: "an API key is needed, or this one opens nothing",
  404: "there is no such test, or no such run",
  405: "this method is not for here",
  406: "not to be had in this format",
  429: "too many requests, or open streams",
  500: "the service is broken",
  502: "what is stored cannot be read",
  503: "come back in a moment",
} satisfies Record<Failure, string>;

/** One body for all of them: what to tell the user. */
export function explain(error: Schemas["ErrorResponse"]): string {
  return error.errors.map(({ attr, code, detail }) => `${attr ?? code}: ${detail}`).join("\n");
}

export async function uptimeText(hours: number): Promise<string> {
  const { data, error, response } = await api.GET("/api/tests/{test_id}/uptime", {
    params: { path, query: { hours } },
  });
  if (error) {
    const wait = response.headers.get("Retry-After");
    return wait === null ? explain(error) : `${explain(error)} (in ${wait} s)`;
  }
  return `${data.uptime_pct} % of ${data.total_runs} runs`;
}

/** All runs of a test, page by page: the next offset is always offset + limit. */
export async function* history(limit = 100): AsyncGenerator<Schemas["Run"]> {
  for (let offset = 0, total = 1; offset < total; offset += limit) {
    const { data, error } = await api.GET("/api/tests/{test_id}/results", {
      params: { path, query: { limit, offset } },
    });
    if (error) throw new Error(explain(error));
    yield* data.results;
    total = data.total ?? 0;
  }
}

export interface Viewer {
  entry(event: Schemas["StreamEvent"], id: string): void;
  /** Something may be missing before what follows. */
  reset(reset: Schemas["StreamReset"]): void;
  bye(bye: Schemas["StreamBye"]): void;
}

/** The live feed: a browser resumes by itself, right after the last event that it got. */
export function follow(viewer: Viewer): () => void {
  const feed = new EventSource(`${baseUrl}/api/tests/${path.test_id}/live`);
  feed.addEventListener("message", ({ data, lastEventId }: MessageEvent<string>) => {
    viewer.entry(JSON.parse(data) as Schemas["StreamEvent"], lastEventId);
  });
  feed.addEventListener("reset", ({ data }: MessageEvent<string>) => {
    viewer.reset(JSON.parse(data) as Schemas["StreamReset"]);
  });
  feed.addEventListener("bye", ({ data }: MessageEvent<string>) => {
    viewer.bye(JSON.parse(data) as Schemas["StreamBye"]);
  });
  return () => feed.close();
}
