import * as hey from "monitor-client/hey-api";
import * as checked from "monitor-client/hey-api-zod";
import { describe, expect, inject, test } from "vitest";

const { api: baseUrl, hasty, tests } = inject("stage");

interface Seen {
  id: string | undefined;
  name: string | undefined;
  data: hey.StreamMessage;
}

/** Entries only: what has a test. */
function entries(seen: Seen[]): (Seen & { data: hey.StreamEvent })[] {
  return seen.flatMap(({ data, ...rest }) => ("test_id" in data ? [{ ...rest, data }] : []));
}

describe.each([
  ["hey-api", hey],
  ["hey-api with zod", checked],
])("%s", (_, api) => {
  type Query = { follow?: boolean; replay?: number; lastEventId?: string; tests?: string };

  /** Reads until `enough`, then aborts; or until the server ends the stream. */
  async function readFrom(
    server: string,
    test_id: string | undefined,
    query: Query,
    after?: string,
    enough = Infinity,
  ): Promise<Seen[]> {
    const leaving = new AbortController();
    const seen: Seen[] = [];
    let [id, name]: (string | undefined)[] = [];
    let failure: unknown;
    const options = {
      client: api.createClient(api.createConfig({ baseUrl: server })),
      query,
      signal: leaving.signal,
      sseMaxRetryAttempts: 1,
      ...(after === undefined ? {} : { headers: { "Last-Event-ID": after } }),
      onSseEvent: (event: { id?: string; event?: string }) => ({ id, event: name } = event),
      onSseError: (error: unknown) => (failure = error),
    };
    const { stream } =
      test_id === undefined
        ? await api.streamAllEvents(options)
        : await api.streamTestEvents({ ...options, path: { test_id } });
    for await (const data of stream) {
      seen.push({ id, name, data });
      if (seen.length === enough) leaving.abort();
    }
    if (failure !== undefined && !leaving.signal.aborted) throw failure;
    return seen;
  }

  const read = (test_id: string, query: Query, after?: string, enough?: number) =>
    readFrom(baseUrl, test_id, query, after, enough);
  const readAll = (query: Query) => readFrom(baseUrl, undefined, query);
  const ticks = (seen: Seen[]) => entries(seen).map(({ data }) => Number(data["tick"]));

  test("events are typed and have ids", async () => {
    const seen = entries(await read(tests.live, {}, undefined, 20));
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
    const seen = entries(await read(tests.quiet, { follow: false }));
    expect(seen.map(({ data }) => data.type)).toEqual(["plan_start"]);
  });

  test("a position that is gone is told by a reset, before what still exists", async () => {
    const [reset, ...rest] = await read(tests.live, { follow: false }, "1-1");
    expect(reset).toMatchObject({ name: "reset", data: { reason: "gone" } });
    expect(reset?.data).toHaveProperty("from");
    expect(rest.length).toBe(entries(rest).length);
  });

  test("a position may be asked for without a header, and so may the replay", async () => {
    const seen = entries(await read(tests.live, { follow: false, replay: 3 }));
    // What is stored while the answer is being written belongs to it, too.
    expect(seen.length).toBeGreaterThanOrEqual(3);
    expect(seen.length).toBeLessThan(10);
    const after = seen[0]?.id ?? "";
    const rest = entries(await read(tests.live, { follow: false, lastEventId: after }));
    expect(ticks(rest).slice(0, seen.length - 1)).toEqual(ticks(seen).slice(1));
  });

  test("all tests are one stream, which resumes by one position", async () => {
    const everything = entries(await readAll({ follow: false, replay: 500 }));
    expect(new Set(everything.map(({ data }) => data.test_id)).size).toBeGreaterThan(3);
    const some = entries(await readAll({ follow: false, tests: `${tests.quiet},${tests.deployed}` }));
    expect(new Set(some.map(({ data }) => data.test_id))).toEqual(new Set([tests.quiet, tests.deployed]));
    const [first, ...rest] = some;
    expect(first?.id).toMatch(/^\d+-\d+@/);
    const after = { lastEventId: first?.id ?? "", tests: `${tests.quiet},${tests.deployed}` };
    expect(entries(await readAll({ follow: false, ...after })).map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
  });

  test("a server that ends the stream says bye", async () => {
    const seen = await readFrom(hasty, tests.quiet, {});
    expect(seen.at(-1)).toMatchObject({ name: "bye", data: { reason: "idle" } });
  });

  test("hostile entries arrive as text", async () => {
    const seen = entries(await read(tests.hostile, { follow: false }));
    expect(seen).toHaveLength(2);
    expect(seen[0]?.data.message).toContain("<img src=x");
    expect(seen[1]?.data.message).toBe("***");
  });

  test("an unknown test is an error, not a stream", async () => {
    await expect(read("no-such-test", {})).rejects.toThrow("404");
  });
});
