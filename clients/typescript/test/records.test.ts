import { describe, expect, inject, test } from "vitest";
import { clients, dataOf } from "./clients.js";

const { api, tests } = inject("stage");
const plan = {
  steps: ["Open the shop", "Add a product", "Pay", "See the receipt"],
  nested: { deep: [1, 2.5, null, { x: "y" }] },
};

describe.each(Object.entries(clients))("%s", (_, connect) => {
  const face = connect(api);

  test("fields that nobody declared survive, at any depth", async () => {
    const run = await dataOf(face.getTestRun(tests.long, "00000001"));
    expect(run["plan"]).toEqual(plan);
    const { results } = await dataOf(face.getTestResults(tests.long));
    expect(results[0]?.["plan"]).toEqual(plan);
    expect(results[0]?.["streaming_url"]).toBe("https://stream.example/session");
  });

  test("what a deployed writer stored is there as it is", async () => {
    const { results } = await dataOf(face.getTestResults(tests.deployed));
    expect(results.length).toBeGreaterThan(0);
    for (const run of results) expect(Object.keys(run)).toContain("plan");
  });

  test("a record that is too large is a summary that says so", async () => {
    const { results } = await dataOf(face.getTestResults(tests.hostile, { limit: 100 }));
    const huge = results.find(({ run_id }) => run_id === "huge");
    expect(huge).toMatchObject({ truncated: true, step_results: [] });
    expect(huge?.size_bytes).toBeGreaterThan(300_000);
    const whole = await dataOf(face.getTestRun(tests.hostile, "huge"));
    expect(whole["plan"]).toHaveLength(300_000);
  });

  test("fields of a wrong type are null, and secrets are stars", async () => {
    const odd = await dataOf(face.getTestRun(tests.hostile, "odd"));
    expect(odd).toMatchObject({ duration_ms: null, error: null, steps_total: null });
    const secret = await dataOf(face.getTestRun(tests.hostile, "secret"));
    expect(secret.details).toBe("typed ***");
  });

  test("where the secrets are unknown, further fields are withheld", async () => {
    const run = await dataOf(face.getTestRun(tests.gone, "left"));
    expect(run.redacted).toBe(true);
    expect(run).not.toHaveProperty("of_a_writer");
  });
});
