import type { TimingPoint } from "monitor-client/hey-api";
import { seconds, time } from "./format";

const WIDTH = 1000;
const HEIGHT = 100;

/** Durations over time; failed runs stand out. */
export function TimingChart({ points, failed }: { points: TimingPoint[]; failed: Set<string | null> }) {
  const dated = points
    .flatMap((point) => (point.timestamp === null ? [] : [{ ...point, at: Date.parse(point.timestamp) }]))
    .reverse();
  const first = dated[0];
  const last = dated.at(-1);
  if (!first || !last) return <p className="muted">No points yet.</p>;
  const highest = Math.max(...dated.map((point) => point.duration_ms));
  const span = last.at - first.at || 1;
  const spots = dated.map((point) => ({
    ...point,
    x: ((point.at - first.at) / span) * WIDTH,
    y: HEIGHT - (point.duration_ms / (highest || 1)) * HEIGHT,
  }));
  return (
    <figure>
      <div className="scale muted">
        <span>{seconds(highest)}</span>
        <span>{seconds(highest / 2)}</span>
        <span>0 s</span>
      </div>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label="Durations over time">
        <path className="grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}M0 ${HEIGHT}H${WIDTH}`} />
        <path className="line" d={`M${spots.map(({ x, y }) => `${x} ${y}`).join("L")}`} />
        {spots.map(({ x, y, run_id, timestamp, duration_ms }, place) => (
          // A line without length, so that it stays round when the picture is stretched.
          <path key={place} className={run_id !== null && failed.has(run_id) ? "spot failed" : "spot"} d={`M${x} ${y}h0`}>
            <title>{`${time(timestamp)}: ${seconds(duration_ms)}`}</title>
          </path>
        ))}
      </svg>
      <figcaption className="muted">
        <span>{time(first.timestamp)}</span>
        <span>{time(last.timestamp)}</span>
      </figcaption>
    </figure>
  );
}
