/** zod refuses whatever is not as published: it must accept all that is served. */
import { describe, expect, inject, test } from "vitest";
import { clients, dataOf, type Face } from "./clients.js";

const { api, tests } = inject("stage");
const connect = clients["hey-api with zod"] as (baseUrl: string) => Face;
const face = connect(api);
const listed = await dataOf(face.listTests());
const ids = [...new Set([...listed.tests.map(({ id }) => id), tests.gone])];
const path = /^[A-Za-z0-9_.-]{1,64}$/;

test("there is something to check", () => {
  expect(ids).toEqual(expect.arrayContaining(Object.values(tests)));
  expect(ids.length).toBeGreaterThanOrEqual(12);
});

describe.each(ids.filter((id) => id !== tests.wrong))("%s", (id) => {
  test("the test, its timing, incidents and uptime", async () => {
    await dataOf(face.getTest(id));
    await dataOf(face.getTestTiming(id, { limit: 200 }));
    await dataOf(face.getTestIncidents(id, { limit: 50 }));
    await dataOf(face.getTestUptime(id, { hours: 1 }));
    await dataOf(face.getTestUptime(id, { hours: 720 }));
  });

  test("its runs, in lists and by id", async () => {
    const { results } = await dataOf(face.getTestResults(id, { limit: 100 }));
    for (const { run_id } of results.filter((run) => path.test(run.run_id))) {
      await dataOf(face.getTestRun(id, run_id));
    }
  });
});
