/** Every operation by hey-api's functions, and its stream; compiled, not run. */
import * as api from "monitor-client/hey-api";

api.client.setConfig({ baseUrl: "http://127.0.0.1:8000" });
const path = { test_id: "checkout-flow" };

type Operation = Exclude<keyof typeof api, "client" | "createClient" | "createConfig">;

/** The compiler notices when one is missing. */
export const calls = {
  getDashboard: () => api.getDashboard(),
  listTests: () => api.listTests({ query: { q: "login", limit: 10, offset: 0 } }),
  getTest: () => api.getTest({ path }),
  getTestResults: () => api.getTestResults({ path, query: { limit: 100, offset: 20 } }),
  getTestRun: () => api.getTestRun({ path: { ...path, run_id: "a1b2c3d4" } }),
  compareTestRuns: () => api.compareTestRuns({ path: { ...path, run_id: "a1b2c3d4", other: "b1b2c3d4" } }),
  getTestTiming: () => api.getTestTiming({ path, query: { limit: 200 } }),
  getTestTimingStats: () => api.getTestTimingStats({ path, query: { window: "7d", percentiles: "50,95" } }),
  getTestSteps: () => api.getTestSteps({ path, query: { window: "7d" } }),
  getTestUptime: () => api.getTestUptime({ path, query: { hours: 720 } }),
  getTestAvailability: () => api.getTestAvailability({ path, query: { windows: "24h,7d" } }),
  getTestAvailabilitySlots: () => api.getTestAvailabilitySlots({ path, query: { bucket: "day", tz: "Europe/Berlin" } }),
  getSummary: () => api.getSummary({ query: { sort: "failing", strip_of: "day", strip: 30 } }),
  getAvailability: () => api.getAvailability({ query: { tests: "a,b", window: "7d" } }),
  getTestIncidents: () => api.getTestIncidents({ path, query: { limit: 50 } }),
  getTestOutages: () => api.getTestOutages({ path, query: { window: "7d", state: "open" } }),
  listOutages: () => api.listOutages({ query: { tests: "a,b", min_duration_s: 60 } }),
  listOutageGroups: () => api.listOutageGroups({ query: { open_after: 2 } }),
  // Files: as text by `parseAs`, or as a Blob to save.
  exportTestResults: () =>
    api.exportTestResults({ path: { ...path, form: "csv" }, query: { outcome: "failed" }, parseAs: "text" }),
  exportTestOutages: () => api.exportTestOutages({ path: { ...path, form: "csv" }, query: { window: "7d" } }),
  exportTestTiming: () => api.exportTestTiming({ path: { ...path, form: "ndjson" }, parseAs: "blob" }),
  exportTestSlots: () => api.exportTestSlots({ path: { ...path, form: "csv" }, query: { bucket: "hour" } }),
  exportResults: () => api.exportResults({ path: { form: "csv" }, query: { tests: "a,b" } }),
  exportOutages: () => api.exportOutages({ path: { form: "csv" }, query: { tests: "a,b", state: "open" } }),
  exportTiming: () => api.exportTiming({ path: { form: "csv" }, query: { tests: "a,b", downsample: "lttb" } }),
  exportSlots: () => api.exportSlots({ path: { form: "csv" }, query: { tests: "a,b", count: 90 } }),
  getTestBadge: () => api.getTestBadge({ path: { ...path, about: "uptime" }, query: { window: "7d" } }),
  getTestBadgeImage: () => api.getTestBadgeImage({ path: { ...path, about: "status" } }),
  getOutageFeed: () => api.getOutageFeed({ parseAs: "text" }),
  getTestOutageFeed: () => api.getTestOutageFeed({ path, parseAs: "text" }),
  getMetrics: () => api.getMetrics(),
  getStreamMetrics: () => api.getStreamMetrics(),
  streamTestEvents: () => api.streamTestEvents({ path, query: { follow: false } }),
  streamAllEvents: () => api.streamAllEvents({ query: { tests: "a,b", follow: false } }),
  createLiveToken: () => api.createLiveToken({ auth: () => "mon_of-yours" }),
  getHealth: () => api.getHealth(),
  getReadiness: () => api.getReadiness(),
} satisfies Record<Operation, () => Promise<unknown>>;

/** The status of an answer tells which error it may be. */
export async function readiness(): Promise<string> {
  const { data, error, response } = await api.getReadiness();
  if (data) return data.status;
  // Without an answer there is nobody to say anything.
  if (!response) return "unreachable";
  return error !== undefined && "status" in error ? error.status : explain(error);
}

function explain(error: api.ErrorResponse | undefined): string {
  return error?.errors.map(({ attr, code, detail }) => `${attr ?? code}: ${detail}`).join("\n") ?? "";
}

/** Or have it thrown: then `data` is there for sure. */
export async function passedShare(hours: number): Promise<number> {
  const { data } = await api.getTestUptime({ path, query: { hours }, throwOnError: true });
  return data.uptime_pct;
}

/** The live feed where there is no EventSource: `after` resumes, `signal` leaves. */
export async function follow(
  after: string | undefined,
  signal: AbortSignal,
  show: (event: api.StreamEvent, id: string | undefined) => void,
): Promise<void> {
  let id = after;
  const { stream } = await api.streamTestEvents({
    path,
    signal,
    ...(after === undefined ? {} : { headers: { "Last-Event-ID": after } }),
    onSseEvent: (event) => {
      id = event.id;
    },
  });
  for await (const message of stream) {
    // What has a test is an entry; of the others, only a reset says where it goes on.
    if ("test_id" in message) show(message, id);
    else if ("from" in message) console.warn(`${message.reason}: something is missing before ${message.from}`);
    else console.info(`the server ends the stream: ${message.reason}`);
  }
}
