// The drawing of a chart of response times, with uPlot.
import { duration } from "./formats.js";
import { drawnOverByFinger } from "./timing_touch.js";

const HEIGHT = 260;
const DOT = 5;
const CROSS = 4.5;
// A stretch of so many pixels is meant.
const SHORTEST = 8;

function colours() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  return {
    ink: of("--body-quiet-color"),
    grid: of("--hairline-color"),
    passed: of("--bar-up"),
    failed: of("--bad"),
    unknown: of("--body-quiet-color"),
    p50: of("--link-fg"),
    p95: of("--warn"),
  };
}

const no = () => null;

// Columns on one axis of time: passed, failed and unknown runs, p50, p95.
function columns({ points, buckets }) {
  const of = (wanted) => points.filter(({ outcome }) => outcome === wanted);
  const runs = [of("passed"), of("failed"), of(null)];
  const filled = buckets.filter(({ count }) => count > 0);
  return uPlot.join([
    ...runs.map((some) => [some.map(({ at }) => at), some.map(({ ms }) => ms / 1000)]),
    [
      filled.map(({ at }) => at),
      filled.map(({ p50 }) => p50 / 1000),
      filled.map(({ p95 }) => p95 / 1000),
    ],
  ]);
}

// Failed runs are crosses: the shape says it, too.
function crosses(plot, series, colour) {
  const [times, seconds] = [plot.data[0], plot.data[series]];
  const { ctx } = plot;
  const arm = CROSS * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.lineWidth = 2.2 * devicePixelRatio;
  ctx.setLineDash([]);
  ctx.beginPath();
  times.forEach((at, place) => {
    if (seconds[place] === null || seconds[place] === undefined) return;
    if (at < plot.scales.x.min || at > plot.scales.x.max) return;
    const x = plot.valToPos(at, "x", true);
    const y = plot.valToPos(seconds[place], "y", true);
    ctx.moveTo(x - arm, y - arm);
    ctx.lineTo(x + arm, y + arm);
    ctx.moveTo(x + arm, y - arm);
    ctx.lineTo(x - arm, y + arm);
  });
  ctx.stroke();
  ctx.restore();
}

function series(colour) {
  const dots = (fill) => ({ paths: no, points: { show: true, size: DOT, fill, stroke: fill } });
  const line = { spanGaps: true, points: { show: false } };
  return [
    {},
    dots(colour.passed),
    { paths: no, points: { show: false } },
    dots(colour.unknown),
    { ...line, stroke: colour.p50, width: 1.5 },
    { ...line, stroke: colour.p95, width: 1.5, dash: [6, 4] },
  ];
}

const UTC = { timeZone: "UTC" };
const clock = new Intl.DateTimeFormat("en-GB", { ...UTC, hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat("en-GB", { ...UTC, day: "numeric", month: "short" });

// The clock, and the day below it where a new one begins.
function moments(_plot, splits, _axis, _space, step) {
  let known = "";
  return splits.map((seconds) => {
    const date = day.format(seconds * 1000);
    if (step >= 86_400) return date;
    const text = clock.format(seconds * 1000) + (date === known ? "" : `\n${date}`);
    known = date;
    return text;
  });
}

function axes(colour) {
  const line = { stroke: colour.ink, grid: { stroke: colour.grid, width: 1 }, ticks: { show: false } };
  return [
    { ...line, space: 70, size: 44, values: moments },
    { ...line, size: 60, values: (_, splits) => splits.map((seconds) => duration(seconds * 1000)) },
  ];
}

// `range` are the bounds of time to show; `told` is called with the time under the
// pointer (null outside), `chosen` with the bounds of a stretch that was drawn over.
export function plot(box, data, range, { told, chosen, opened }) {
  const colour = colours();
  let isDrawnOver = false;
  const made = new uPlot(
    {
      width: box.clientWidth,
      height: HEIGHT,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
      legend: { show: false },
      scales: {
        x: { range: () => [range.from, range.to] },
        y: { range: (_, _low, high) => [0, (high || 1) * 1.1] },
      },
      series: series(colour),
      axes: axes(colour),
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: SHORTEST },
        points: { show: false },
        bind: { dblclick: no },
      },
      hooks: {
        draw: [(self) => crosses(self, 2, colour.failed)],
        setCursor: [(self) => told(self.cursor.left < 0 ? null : self.posToVal(self.cursor.left, "x"))],
        setSelect: [
          (self) => {
            const { left, width } = self.select;
            self.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
            if (width < SHORTEST) return;
            isDrawnOver = true;
            chosen(self.posToVal(left, "x"), self.posToVal(left + width, "x"));
          },
        ],
      },
    },
    columns(data),
    box,
  );
  // A click ends a stretch, too; it is another one when the button goes down again.
  made.over.addEventListener("mousedown", () => (isDrawnOver = false));
  made.over.addEventListener("click", () => isDrawnOver || opened());
  drawnOverByFinger(made);
  return made;
}

export { HEIGHT };
