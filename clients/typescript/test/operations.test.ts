import { readFileSync } from "node:fs";
import { describe, expect, inject, test } from "vitest";
import { type Answer, clients, dataOf, type Face } from "./clients.js";

const { api, tests } = inject("stage");
interface Operation {
  operationId: string;
}
const text = readFileSync(new URL("../../../tests/openapi.json", import.meta.url), "utf8");
const document = JSON.parse(text) as { paths: Record<string, { get?: Operation; post?: Operation }> };

/** An answer of each operation, by its name in the document. */
const answers: Record<string, (face: Face) => Promise<object>> = {
  get_dashboard: (face) => dataOf(face.getDashboard()),
  list_tests: (face) => dataOf(face.listTests({ q: "checkout" })),
  get_test: (face) => dataOf(face.getTest(tests.long)),
  get_test_results: (face) => dataOf(face.getTestResults(tests.long)),
  get_test_run: (face) => dataOf(face.getTestRun(tests.long, "00000001")),
  compare_test_runs: (face) => dataOf(face.compareTestRuns(tests.long, "00000011", "00000001")),
  get_test_timing: (face) => dataOf(face.getTestTiming(tests.long)),
  get_test_timing_stats: (face) => dataOf(face.getTestTimingStats(tests.long, { window: "30d" })),
  get_test_steps: (face) => dataOf(face.getTestSteps(tests.long)),
  get_test_uptime: (face) => dataOf(face.getTestUptime(tests.long, { hours: 720 })),
  get_test_availability: (face) => dataOf(face.getTestAvailability(tests.long)),
  get_test_availability_slots: (face) => dataOf(face.getTestAvailabilitySlots(tests.long)),
  get_summary: (face) => dataOf(face.getSummary()),
  get_availability: (face) => dataOf(face.getAvailability({ tests: tests.long })),
  get_test_incidents: (face) => dataOf(face.getTestIncidents(tests.long)),
  get_test_outages: (face) => dataOf(face.getTestOutages(tests.long)),
  list_outages: (face) => dataOf(face.listOutages()),
  list_outage_groups: (face) => dataOf(face.listOutageGroups()),
  create_live_token: (face) => dataOf(face.createLiveToken()),
  export_test_results: async (face) => lines(await face.exportTestResults(tests.long)),
  export_test_outages: async (face) => lines(await face.exportTestOutages(tests.long)),
  export_test_timing: async (face) => lines(await face.exportTestTiming(tests.long)),
  export_test_slots: async (face) => lines(await face.exportTestSlots(tests.long)),
  export_results: async (face) => lines(await face.exportResults(tests.long)),
  export_outages: async (face) => lines(await face.exportOutages(tests.long)),
  export_timing: async (face) => lines(await face.exportTiming(tests.long)),
  export_slots: async (face) => lines(await face.exportSlots(tests.long)),
  get_test_badge: (face) => dataOf(face.getTestBadge(tests.long)),
  get_test_badge_image: async (face) => begins(await face.getTestBadgeImage(tests.long), "<svg "),
  get_outage_feed: async (face) => begins(await face.getOutageFeed(), "<?xml "),
  get_test_outage_feed: async (face) => begins(await face.getTestOutageFeed(tests.long), "<?xml "),
  get_metrics: async (face) => begins(await face.getMetrics(), "# HELP "),
  get_stream_metrics: async (face) => begins(await face.getStreamMetrics(), "# HELP "),
  get_health: (face) => dataOf(face.getHealth()),
  get_readiness: (face) => dataOf(face.getReadiness()),
};

/** A file begins with its header. */
const lines = (answer: Answer<unknown>) => begins(answer, "test_id,");

/** What is no JSON, as text: not looked into by any client. */
function begins({ data, error }: Answer<unknown>, start: string): object {
  expect(error).toBeUndefined();
  expect(data).toBeTypeOf("string");
  expect(String(data).startsWith(start), String(data).slice(0, 200)).toBe(true);
  return { data };
}

test("no operation but the streams is left out", () => {
  const published = Object.values(document.paths).flatMap(({ get, post }) => [get, post].flatMap((it) => it?.operationId ?? []));
  const expected = published.filter((name) => !name.startsWith("stream_"));
  expect(Object.keys(answers).sort()).toEqual(expected.sort());
});

describe.each(Object.entries(clients))("%s", (_, connect) => {
  const face = connect(api);

  test.each(Object.entries(answers))("%s answers", async (_, ask) => {
    expect(await ask(face)).not.toEqual({});
  });

  test("figures are numbers and add up", async () => {
    const uptime = await dataOf(face.getTestUptime(tests.long, { hours: 720 }));
    expect(uptime.passed_runs + uptime.failed_runs).toBe(uptime.total_runs);
    expect(uptime).toMatchObject({ test_id: tests.long, window_hours: 720 });
    const dashboard = await dataOf(face.getDashboard());
    const { active_tests, paused_tests, error_tests } = dashboard;
    expect(active_tests + paused_tests + error_tests).toBeLessThanOrEqual(dashboard.total_tests);
    expect(dashboard.recent_runs).toHaveLength(5);
  });

  test("a query is sent as it is meant", async () => {
    const found = await dataOf(face.listTests({ q: "checkout f" }));
    expect(found.tests.map(({ id }) => id)).toEqual([tests.long]);
  });
});
