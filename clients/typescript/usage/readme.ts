import { client, getTestResults, streamTestEvents } from "monitor-client/hey-api";

client.setConfig({ baseUrl: "http://127.0.0.1:8000" });
const path = { test_id: "docs-page" };

const { data, error } = await getTestResults({ path, query: { limit: 10 } });
if (error) throw new Error(error.errors[0]?.detail ?? "no answer");
for (const run of data.results) console.log(run.run_id, run.passed, run.duration_ms);

const { stream } = await streamTestEvents({ path });
for await (const event of stream) {
  if ("test_id" in event) console.log(event.type, event.message);
  else console.log(event.reason); // something was missed (`reset`), or the end (`bye`)
}
