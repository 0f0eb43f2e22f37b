import { schemas } from "monitor-client/hey-api-zod";
import type { Schemas } from "monitor-client/openapi-fetch";
import { describe, expect, inject, test } from "vitest";
import { clients, type Answer, type Face } from "./clients.js";

const { api, storeless, tests } = inject("stage");

/** The body and the status of an answer that must be an error. */
async function failure(answer: Promise<Answer<unknown>>): Promise<[number | undefined, Schemas["ErrorResponse"]]> {
  const { data, error, response } = await answer;
  expect(data).toBeUndefined();
  return [response?.status, schemas.zErrorResponse.strict().parse(error)];
}

const refused: [string, (face: Face) => Promise<Answer<unknown>>, number, string, (string | null)[]][] = [
  ["a number out of bounds", (face) => face.getTestResults(tests.long, { limit: 0 }), 400, "validation_error", ["limit"]],
  [
    "every bad parameter at once",
    (face) => face.getTestTiming(tests.long, { limit: 201, offset: -1 }),
    400,
    "validation_error",
    ["limit", "offset"],
  ],
  ["a blank search", (face) => face.listTests({ q: "" }), 400, "validation_error", ["q"]],
  ["an unknown test", (face) => face.getTestUptime("no-such-test"), 404, "client_error", [null]],
  ["an unknown run", (face) => face.getTestRun(tests.long, "ffffffff"), 404, "client_error", [null]],
  ["an id that can be none", (face) => face.getTest("a b/c"), 404, "client_error", [null]],
  ["a key of another type", (face) => face.getTestResults(tests.wrong), 502, "server_error", [null]],
];

describe.each(Object.entries(clients))("%s", (_, connect) => {
  test.each(refused)("%s is told", async (_, ask, status, type, attrs) => {
    const [got, body] = await failure(ask(connect(api)));
    expect([got, body.type]).toEqual([status, type]);
    expect(body.errors.map(({ attr }) => attr).sort()).toEqual(attrs);
  });

  test("a store that is away is told with the time to come back", async () => {
    const answer = await connect(storeless).getDashboard();
    const [status, body] = await failure(Promise.resolve(answer));
    expect([status, body.errors[0]?.code]).toEqual([503, "storage_unavailable"]);
    expect(Number(answer.response?.headers.get("Retry-After"))).toBeGreaterThan(0);
  });

  test("readiness without a store says so in its own shape", async () => {
    const { error, response } = await connect(storeless).getReadiness();
    expect([response?.status, error]).toEqual([503, { status: "unavailable" }]);
  });

  test("a server that is away is no answer at all", async () => {
    const outcome = await connect("http://127.0.0.1:1").getHealth().catch((thrown: unknown) => ({ error: thrown }));
    expect(outcome.error).toBeInstanceOf(TypeError);
  });
});
