// The run that is happening, or that happened last: phases, steps, log, connection.
import { badge, element, stored } from "./elements.js";
import { duration, time } from "./formats.js";
import { LiveFeed } from "./live_feed.js";
import { after, NOTHING, outcomeOf, PHASES } from "./live_run.js";

const CONNECTION = {
  connecting: "Connecting …",
  open: "Connected",
  reconnecting: "Reconnecting …",
  refused: "Not connected, trying again in 5 seconds",
};
const ENDINGS = { idle: "Quiet for long, reconnecting …", shutdown: "The server restarts, reconnecting …" };
const RESETS = {
  trimmed: "the writer keeps fewer events than that",
  gone: "the stream was deleted",
  ahead: "the stream's ids fell back",
};
const STEP_STATES = {
  waiting: ["○", "not yet"],
  running: ["◐", "running"],
  passed: ["✓", "passed"],
  failed: ["✕", "failed"],
  stopped: ["■", "stopped"],
  unknown: ["?", "ended"],
};

export class LivePanel {
  // `ended` is called when a run has ended while somebody looks.
  constructor(section, ended) {
    this.section = section;
    this.find = (selector) => section.querySelector(selector);
    this.run = NOTHING;
    this.onEnd = ended;
    this.feed = new LiveFeed(section.dataset.stream, {
      heard: (id, event) => this.heard(id, event),
      lost: (reason) => this.note(`Events may be missing here: ${RESETS[reason] ?? reason}.`),
      changed: (state, ending) => this.connection(state, ending),
      explained: (error) => this.refusal(error),
    });
  }

  connection(state, ending) {
    const shown = this.find(".connection");
    const text = ENDINGS[ending] ?? CONNECTION[state];
    shown.dataset.state = state;
    if (shown.textContent !== text) shown.textContent = text;
    if (state === "open") this.draw();
  }

  refusal({ code, detail }) {
    const shown = this.find(".live-headline");
    const parts = code === "unreadable_key" ? [element("code", {}, this.section.dataset.key), ": "] : [];
    if (!shown.textContent.endsWith(detail)) shown.replaceChildren(...parts, detail);
  }

  heard(id, event) {
    const before = this.run;
    this.run = after(before, id, event);
    if (this.run.began !== before.began || this.run.log.length <= before.log.length) this.find(".live-log").replaceChildren();
    this.log(id, event);
    // Many events arrive at once when a page opens: they are drawn once.
    this.drawing ??= requestAnimationFrame(() => this.draw());
    const isNews = Date.now() - this.run.ended < 60_000;
    if (this.run.ended !== null && before.ended === null && isNews) this.onEnd();
  }

  draw() {
    cancelAnimationFrame(this.drawing);
    this.drawing = undefined;
    const { run, section } = this;
    section.dataset.phase = run.phase ?? "none";
    section.dataset.events = run.log.length;
    this.headline();
    for (const item of section.querySelectorAll("[data-phase-name]")) this.phase(item);
    const list = this.find(".live-steps");
    list.hidden = run.steps.length === 0;
    list.replaceChildren(...run.steps.map((step) => this.step(step)));
    this.find(".live-log-box").hidden = run.log.length === 0;
  }

  headline() {
    const { phase, outcome, began, ended } = this.run;
    const shown = this.find(".live-headline");
    const parts = [];
    if (began === null) parts.push("No run has told anything yet.");
    else if (phase === "done") parts.push("Last run ", badge(outcome), ` after ${duration(ended - began)}, ${time(ended / 1000)}`);
    else parts.push(badge("running"), ` since ${time(began / 1000)}`);
    const before = shown.textContent;
    const after = element("p", {}, ...parts);
    // A screen reader says what changes, and only that.
    if (before !== after.textContent) shown.replaceChildren(...after.childNodes);
  }

  phase(item) {
    const place = PHASES.indexOf(item.dataset.phaseName);
    const now = PHASES.indexOf(this.run.phase);
    const isOver = place < now || (place === now && this.run.phase === "done");
    const state = now < 0 || place > now ? "ahead" : isOver ? "over" : "now";
    item.dataset.state = state;
    if (state === "now") item.setAttribute("aria-current", "step");
    else item.removeAttribute("aria-current");
  }

  step({ number, description, state, began, ended, details }) {
    const [sign, word] = STEP_STATES[state];
    const took = began !== null && ended !== null ? duration(ended - began) : "";
    return element(
      "li",
      { "data-state": state },
      element("span", { class: "sign", "aria-hidden": "true" }, sign),
      element("span", { class: "step-number" }, stored(`Step ${number}`)),
      element("span", { class: "step-text" }, stored(state === "failed" && details ? details : description || details || "")),
      element("span", { class: "step-state" }, took ? `${word}, ${took}` : word),
    );
  }

  log(id, event) {
    const outcome = outcomeOf(event.passed);
    const item = element(
      "li",
      { "data-id": id },
      element("time", {}, time(Number.parseInt(id, 10) / 1000)),
      element("code", {}, stored(event.type ?? "?")),
      ...(outcome ? [badge(outcome)] : []),
      element("span", { class: "message" }, stored(event.message ?? "")),
    );
    this.append(item);
  }

  note(text) {
    this.append(element("li", { class: "note" }, text));
  }

  append(item) {
    const list = this.find(".live-log");
    const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    list.append(item);
    if (list.childElementCount > 200) list.firstElementChild.remove();
    if (isAtEnd) list.scrollTop = list.scrollHeight;
  }
}
