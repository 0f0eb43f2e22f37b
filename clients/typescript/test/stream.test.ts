import * as hey from "monitor-client/hey-api";
import * as checked from "monitor-client/hey-api-zod";
import { describe, expect, inject, test } from "vitest";

const { api: baseUrl, tests } = inject("stage");

interface Seen {
  id: string | undefined;
  data: hey.StreamEvent;
}

describe.each([
  ["hey-api", hey],
  ["hey-api with zod", checked],
])("%s", (_, api) => {
  /** Reads until `enough`, then aborts; or until the server ends the stream. */
  async function read(
    test_id: string,
    query: { follow?: boolean },
    after?: string,
    enough = Infinity,
  ): Promise<Seen[]> {
    const leaving = new AbortController();
    const seen: Seen[] = [];
    let id: string | undefined;
    let failure: unknown;
    const { stream } = await api.streamTestEvents({
      client: api.createClient(api.createConfig({ baseUrl })),
      path: { test_id },
      query,
      signal: leaving.signal,
      sseMaxRetryAttempts: 1,
      ...(after === undefined ? {} : { headers: { "Last-Event-ID": after } }),
      onSseEvent: (event) => (id = event.id),
      onSseError: (error) => (failure = error),
    });
    for await (const data of stream) {
      seen.push({ id, data });
      if (seen.length === enough) leaving.abort();
    }
    if (failure !== undefined && !leaving.signal.aborted) throw failure;
    return seen;
  }

  const ticks = (seen: Seen[]) => seen.map(({ data }) => Number(data["tick"]));

  test("events are typed and have ids", async () => {
    const seen = await read(tests.live, {}, undefined, 20);
    for (const { id, data } of seen) {
      expect(id).toMatch(/^\d+-\d+$/);
      expect(data.test_id).toBe(tests.live);
      expect(data.type).toBeTypeOf("string");
    }
    const steps = seen.filter(({ data }) => data.type === "step_complete");
    expect(steps.map(({ data }) => data.passed)).toEqual(expect.arrayContaining(["true"]));
    expect(steps[0]?.data.step_number).toMatch(/^\d$/);
  });

  test("it resumes by id after an abort: nothing twice, nothing left out", async () => {
    const before = await read(tests.live, {}, undefined, 8);
    // Some happen while nobody listens.
    await read(tests.live, {}, before.at(-1)?.id, 12);
    const after = await read(tests.live, {}, before.at(-1)?.id, 25);
    const all = ticks([...before, ...after]);
    expect(all).toEqual(all.map((_, place) => (all[0] ?? NaN) + place));
  });

  test("without following it ends after what is stored", async () => {
    const seen = await read(tests.quiet, { follow: false });
    expect(seen.map(({ data }) => data.type)).toEqual(["plan_start"]);
  });

  test("hostile entries arrive as text", async () => {
    const seen = await read(tests.hostile, { follow: false });
    expect(seen).toHaveLength(2);
    expect(seen[0]?.data.message).toContain("<img src=x");
    expect(seen[1]?.data.message).toBe("***");
  });

  test("an unknown test is an error, not a stream", async () => {
    await expect(read("no-such-test", {})).rejects.toThrow("404");
  });
});
