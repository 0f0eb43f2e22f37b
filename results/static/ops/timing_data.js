// What a chart of response times shows, from three answers of the API.

const MOST_POINTS = 200;
const MOST_FAILED = 100;
const MOST_BUCKETS = 60;

export class Refused extends Error {}

async function answer(url, query, signal) {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`, {
    headers: { Accept: "application/json" },
    signal,
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Refused(body.errors?.[0]?.detail ?? `The server answered ${response.status}.`);
}

// `range` is {window: "7d"} or {from, to} in epoch seconds; `urls` name the endpoints.
export async function timing(urls, range, signal) {
  const pageOf = { ...range, outcomes: "true", downsample: "lttb", limit: MOST_POINTS };
  const statsOf = { ...range, percentiles: "50,95", max_points: MOST_BUCKETS };
  const [page, stats] = await Promise.all([
    answer(urls.timing, pageOf, signal),
    answer(urls.stats, statsOf, signal),
  ]);
  let points = page.timing.filter((point) => point.timestamp !== null).map(spot);
  if (page.total > MOST_POINTS) points = points.concat(await unpicked(urls, range, points, signal));
  points.sort((one, other) => one.at - other.at);
  return { points: apart(points), total: page.total, stats, buckets: stats.buckets.map(bucket) };
}

function spot({ timestamp, duration_ms, run_id, outcome }) {
  return { at: Date.parse(timestamp) / 1000, ms: duration_ms, run: run_id, outcome };
}

// Of many points a few are picked that look like all: failed runs are shown anyway.
async function unpicked(urls, range, points, signal) {
  const known = new Set(points.map((point) => point.run));
  const query = { ...range, outcome: "failed", fields: "summary", limit: MOST_FAILED };
  const page = await answer(urls.runs, query, signal);
  return page.results
    .map((run) => spot({ ...run, timestamp: run.started_at, outcome: "failed" }))
    .filter((point) => !known.has(point.run) && point.ms !== null && !Number.isNaN(point.at));
}

// Two points at one moment would be one in the chart.
function apart(points) {
  let last = -Infinity;
  return points.map((point) => {
    last = point.at > last ? point.at : last + 0.001;
    return { ...point, at: last };
  });
}

function bucket({ start, end, count, percentiles }) {
  const [from, to] = [Date.parse(start) / 1000, Date.parse(end) / 1000];
  return { at: (from + to) / 2, count, p50: percentiles.p50, p95: percentiles.p95 };
}
