// What a chart of response times shows, from three answers of the API.

const MOST_POINTS = 200;
// Failed runs beyond the picked ones: a page of the API has 100.
const FAILED_PAGE = 100;
const FAILED_PAGES = 5;
const MOST_BUCKETS = 60;

// `code` is the API's.
export class Refused extends Error {
  constructor({ code, detail }) {
    super(detail);
    this.code = code;
  }
}

async function answer(url, query, signal) {
  const response = await fetch(`${url}?${new URLSearchParams(query)}`, {
    headers: { Accept: "application/json" },
    signal,
  });
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Refused(body.errors?.[0] ?? { detail: `The server answered ${response.status}.` });
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
  let failed = null;
  if (page.total > MOST_POINTS) {
    const found = await allFailed(urls.runs, range, signal);
    failed = found.total;
    points = points.concat(unpicked(found.runs, points));
  }
  points.sort((one, other) => one.at - other.at);
  return { points: apart(points), total: page.total, failed, stats, buckets: stats.buckets.map(bucket) };
}

function spot({ timestamp, duration_ms, run_id, outcome }) {
  return { at: Date.parse(timestamp) / 1000, ms: duration_ms, run: run_id, outcome };
}

// The newest failed runs, and how many there are.
async function allFailed(url, range, signal) {
  const query = { ...range, outcome: "failed", fields: "summary", limit: FAILED_PAGE };
  const first = await answer(url, query, signal);
  const wanted = Math.min(Math.ceil(first.total / FAILED_PAGE), FAILED_PAGES);
  const offsets = Array.from({ length: Math.max(wanted - 1, 0) }, (_, number) => (number + 1) * FAILED_PAGE);
  const others = await Promise.all(offsets.map((offset) => answer(url, { ...query, offset }, signal)));
  return { total: first.total, runs: [first, ...others].flatMap(({ results }) => results) };
}

// Of many points a few are picked that look like all: failed runs are shown anyway.
function unpicked(failed, points) {
  const known = new Set(points.map((point) => point.run));
  return failed
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
