// Response times of a test: a range to pick, to zoom into and to walk through, a chart,
// and the same points as a table.
import { badge } from "./elements.js";
import { duration, time } from "./formats.js";
import { timing } from "./timing_data.js";
import { HEIGHT, plot } from "./timing_plot.js";
import { failed, hint, pointRow, runHref, summary } from "./timing_words.js";

const WINDOWS = { "24h": 86_400, "7d": 7 * 86_400, "30d": 30 * 86_400, "90d": 90 * 86_400 };
const SHORTEST = 60;
// How many pixels beside a point still mean it.
const REACH = 30;

export class TimingChart {
  constructor(section) {
    const find = (selector) => section.querySelector(selector);
    this.section = section;
    this.box = find(".chart");
    this.said = find(".chart-said");
    this.figures = find(".chart-figures");
    this.rows = find(".chart-table tbody");
    this.urls = { timing: section.dataset.timing, stats: section.dataset.stats, runs: section.dataset.runs };
    this.window = section.dataset.window;
    this.bounds = null;
    for (const button of section.querySelectorAll("[data-window]")) {
      button.addEventListener("click", () => this.pick(button.dataset.window));
    }
    for (const button of section.querySelectorAll("[data-move]")) {
      button.addEventListener("click", () => this.move(button.dataset.move));
    }
    find(".chart-table").addEventListener("toggle", () => this.fillTable());
    new ResizeObserver(() => this.fit()).observe(this.box);
    // The admin's own switch, and the system's.
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributeFilter: ["data-theme"] });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
    this.load();
  }

  // What is looked at, in epoch seconds.
  get range() {
    const now = Date.now() / 1000;
    return this.bounds ?? { from: now - WINDOWS[this.window], to: now };
  }

  pick(name) {
    this.window = name;
    this.bounds = null;
    const url = new URL(location);
    url.searchParams.set("chart", name);
    history.replaceState(history.state, "", url);
    this.load();
  }

  move(way) {
    const { from, to } = this.range;
    const length = to - from;
    const moves = {
      in: [from + length / 4, to - length / 4],
      out: [from - length / 2, to + length / 2],
      earlier: [from - length / 2, to - length / 2],
      later: [from + length / 2, to + length / 2],
    };
    if (moves[way]) this.zoom(...moves[way]);
    else this.pick(this.window);
  }

  zoom(from, to) {
    const now = Date.now() / 1000;
    const length = Math.min(Math.max(to - from, SHORTEST), 366 * 86_400);
    const end = Math.min(to, now);
    this.bounds = { from: Math.max(end - length, 0), to: end };
    this.load();
  }

  async load() {
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    this.state = "loading";
    this.mark();
    // What the API is asked for is what is drawn, to the millisecond.
    const asked = this.bounds
      ? { from: this.bounds.from.toFixed(3), to: this.bounds.to.toFixed(3) }
      : { window: this.window };
    try {
      this.data = await timing(this.urls, asked, asking.signal);
      this.shown = this.range;
      this.state = this.data.points.length ? "drawn" : "empty";
    } catch (failure) {
      if (failure.name === "AbortError") return;
      this.data = null;
      this.state = "failed";
      this.failure = failure;
    }
    this.draw();
  }

  mark() {
    const { section, window: picked, bounds } = this;
    section.dataset.state = this.state;
    section.setAttribute("aria-busy", this.state === "loading");
    for (const button of section.querySelectorAll("[data-window]")) {
      button.setAttribute("aria-pressed", !bounds && button.dataset.window === picked);
    }
    section.querySelector("[data-move=reset]").disabled = !bounds;
    section.querySelector("[data-move=later]").disabled = !bounds || bounds.to > Date.now() / 1000 - SHORTEST;
  }

  draw() {
    if (this.state === "loading") return;
    this.plot?.destroy();
    this.plot = null;
    this.mark();
    this.count();
    this.tell();
    this.fillTable();
    if (this.state !== "drawn") return;
    this.plot = plot(this.box, this.data, this.shown, {
      told: (at) => this.point(at),
      chosen: (from, to) => this.zoom(from, to),
      opened: () => this.open(),
    });
  }

  fit() {
    if (this.plot && this.box.clientWidth) this.plot.setSize({ width: this.box.clientWidth, height: HEIGHT });
  }

  count() {
    const points = this.data?.points ?? [];
    const failed = points.filter(({ outcome }) => outcome === "failed");
    this.box.dataset.points = points.length;
    this.box.dataset.failed = failed.length;
    const stats = this.data?.stats;
    for (const [name, text] of Object.entries({
      p50: duration(stats?.percentiles.p50),
      p95: duration(stats?.percentiles.p95),
      runs: this.data?.total.toLocaleString("en-US") ?? "–",
    })) {
      this.figures.querySelector(`[data-figure=${name}]`).textContent = text;
    }
  }

  // What the chart shows, for whoever cannot see it, and below it for all.
  tell() {
    const { state, data, shown } = this;
    if (state === "failed") this.say(failed(this.failure, this.section.dataset.keys));
    else if (state === "empty") this.say("No run in this range.");
    else this.say(hint(data));
    const label = state === "drawn" ? `Response times from ${time(shown.from)} to ${time(shown.to)}: ${summary(data)}` : "Response times";
    this.box.setAttribute("aria-label", label);
  }

  say(...parts) {
    this.said.replaceChildren(...parts);
  }

  nearest(at) {
    const distance = (point) => Math.abs(point.at - at);
    return this.data.points.reduce((best, point) => (distance(point) < distance(best) ? point : best));
  }

  point(at) {
    const { from, to } = this.shown;
    const reach = ((to - from) * REACH) / (this.box.clientWidth || 1);
    const nearest = at === null ? null : this.nearest(at);
    this.pointed = nearest && Math.abs(nearest.at - at) <= reach ? nearest : null;
    if (!this.pointed) this.say(hint(this.data));
    else this.say(`${time(this.pointed.at)}: `, badge(this.pointed.outcome ?? "unknown"), ` in ${duration(this.pointed.ms)}`);
  }

  open() {
    const href = runHref(this.section.dataset.run, this.pointed);
    if (href) location.assign(href);
  }

  fillTable() {
    if (!this.section.querySelector(".chart-table").open) return;
    const points = [...(this.data?.points ?? [])].reverse();
    this.rows.replaceChildren(...points.map((point) => pointRow(point, runHref(this.section.dataset.run, point))));
  }
}
