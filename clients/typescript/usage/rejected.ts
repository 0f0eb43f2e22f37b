/** What must not compile: `@ts-expect-error` fails where there is no error. */
import * as hey from "monitor-client/hey-api";
import { createMonitorClient, type Schemas } from "monitor-client/openapi-fetch";

const api = createMonitorClient({ baseUrl: "http://127.0.0.1:8000" });
const path = { test_id: "checkout-flow" };
declare const run: Schemas["Run"];
declare const uptime: hey.Uptime;
declare const page: hey.RunPage;

// A parameter that does not exist.
// @ts-expect-error
void api.GET("/api/tests/{test_id}/results", { params: { path, query: { limt: 10 } } });
// @ts-expect-error
void hey.getTestResults({ path, query: { limt: 10 } });

// A number as text.
// @ts-expect-error
void api.GET("/api/tests/{test_id}/results", { params: { path, query: { limit: "10" } } });
// @ts-expect-error
void hey.getTestUptime({ path, query: { hours: "24" } });

// A path that does not exist, or whose parameter is left out or misspelt.
// @ts-expect-error
void api.GET("/api/tests/{test_id}/result", { params: { path } });
// @ts-expect-error
void api.GET("/api/tests/{test_id}/uptime");
// @ts-expect-error
void hey.getTest({ path: { testId: "checkout-flow" } });
// @ts-expect-error
void hey.getTestRun({ path });

// A method that is not answered.
// @ts-expect-error
void api.POST("/api/tests");

// A null that is not thought of.
// @ts-expect-error
run.error.toUpperCase();
// @ts-expect-error
run.duration_ms.toFixed();

// A key that may be missing.
// @ts-expect-error
uptime.skipped.toFixed();

// An index that may be beyond the end.
// @ts-expect-error
void page.results[0].run_id;

// A field that no writer declared has no known type.
// @ts-expect-error
run.tinyfish_raw.length;

// A field that does not exist, where nothing further may follow.
// @ts-expect-error
void uptime.uptime_percent;

// Data that is used before the error was looked at.
// @ts-expect-error
void hey.getDashboard().then(({ data }) => data.total_tests);

// An event's values are text: "false" is true.
export async function passed(): Promise<boolean | undefined> {
  const { stream } = await hey.streamTestEvents({ path });
  for await (const event of stream) {
    // @ts-expect-error
    if ("test_id" in event) return event.passed;
    // Not every message is an entry.
    // @ts-expect-error
    void event.message;
  }
  return undefined;
}
