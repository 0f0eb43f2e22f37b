import { describe, expect, inject, test } from "vitest";
import { clients, dataOf } from "./clients.js";

const { api, tests, long_runs } = inject("stage");

describe.each(Object.entries(clients))("%s", (_, connect) => {
  const face = connect(api);

  test.each([100, 33])("%i a page reach every run once, newest first", async (limit) => {
    const ids: string[] = [];
    for (let offset = 0, total = 1; offset < total; offset += limit) {
      const page = await dataOf(face.getTestResults(tests.long, { limit, offset }));
      expect(page).toMatchObject({ test_id: tests.long, limit, offset });
      ids.push(...page.results.map((run) => run.run_id));
      total = page.total ?? 0;
    }
    const all = Array.from({ length: long_runs }, (_, n) => n.toString(16).padStart(8, "0"));
    expect(ids).toEqual(all.reverse());
  });

  test("unreadable members are counted and left out", async () => {
    const { results, total, skipped } = await dataOf(face.getTestResults(tests.hostile, { limit: 100 }));
    expect(skipped).toBeGreaterThan(0);
    expect(results.length + (skipped ?? 0)).toBe(total);
  });

  test("timing and incidents page likewise", async () => {
    const points = await dataOf(face.getTestTiming(tests.long, { limit: 200, offset: 100 }));
    expect(points.timing).toHaveLength(long_runs - 100);
    const { incidents, total } = await dataOf(face.getTestIncidents(tests.long, { limit: 50 }));
    expect(incidents).toHaveLength(total);
    expect(new Set(incidents.map(({ alert_sent }) => alert_sent))).toEqual(new Set([false]));
  });
});
