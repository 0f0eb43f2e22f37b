// A chart of response times in words, and as rows of a table.
import { badge, element } from "./elements.js";
import { counted, duration, time } from "./formats.js";

const failedOf = (points) => points.filter(({ outcome }) => outcome === "failed").length;

// For whoever cannot see the chart.
export function summary({ points, total, stats }) {
  const failed = failedOf(points);
  const { p50, p95 } = stats.percentiles;
  return `${counted(total, "run")}, ${failed} shown as failed; of those that passed, half took at most ${duration(p50)}, and 95 % at most ${duration(p95)}.`;
}

export function hint({ points, total, failed }) {
  const drawn = failedOf(points);
  const ofFailed = drawn < failed ? `, ${drawn} of ${failed.toLocaleString("en-US")} failed ones` : "";
  const some = total > points.length ? `${points.length} of ${total.toLocaleString("en-US")} runs are drawn${ofFailed}, zoom in for all. ` : "";
  return `${some}Draw over a stretch to zoom, click a point to open its run.`;
}

// `keys` are those that a chart is made from.
export function failed({ message, code }, keys) {
  const where = code === "unreadable_key" ? ` It is read from ${keys}.` : "";
  return `The chart could not be loaded: ${message}${where}`;
}

// The page of a point's run, `pattern` with its id in place of RUN. Writers choose ids:
// one that no path can name has no page.
export function runHref(pattern, point) {
  const id = point?.run;
  if (!id || !/^[A-Za-z0-9_.-]{1,64}$/.test(id) || id === "." || id === "..") return null;
  return pattern.replace("/RUN/", `/${id}/`);
}

export function pointRow(point, href) {
  const when = time(point.at);
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, href ? element("a", { href }, when) : when),
    element("td", {}, badge(point.outcome ?? "unknown")),
    element("td", { class: "number" }, duration(point.ms)),
  );
}
