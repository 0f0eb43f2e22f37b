"use strict";

// Everything that arrives was written by somebody else: it becomes text, never markup.
const LONGEST_LOG = 500;
const OUTCOMES = { true: "passed", false: "failed" };

const log = document.getElementById("live-log");
const state = document.getElementById("live-state");
const count = document.getElementById("live-count");
const button = document.getElementById("live-switch");
const parameters = new URLSearchParams(location.search);
const follows = parameters.get("follow") !== "false";

let source = null;
let received = 0;

function show(name) {
  state.textContent = name;
  state.dataset.state = name;
  button.textContent = name === "closed" ? "Connect" : "Stop";
}

function part(className, text) {
  const element = document.createElement("span");
  element.className = className;
  element.textContent = text;
  return element;
}

function raw(data) {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  const text = document.createElement("pre");
  summary.textContent = "raw";
  text.textContent = data;
  details.append(summary, text);
  return details;
}

function parsed(data) {
  try {
    return Object(JSON.parse(data));
  } catch {
    return {};
  }
}

function outcome(passed) {
  const known = OUTCOMES[String(passed).toLowerCase()];
  return part(known ? `outcome ${known}` : "outcome", known || String(passed));
}

function row({ data, lastEventId }) {
  const entry = parsed(data);
  const item = document.createElement("li");
  item.dataset.id = lastEventId;
  item.append(part("time", entry.timestamp ?? lastEventId));
  // Of several tests: each says its own.
  if (lastEventId.includes("@")) item.append(part("test", entry.test_id));
  item.append(part("type", entry.type ?? ""));
  if (entry.step_number !== undefined) item.append(part("step", `step ${entry.step_number}`));
  if (entry.passed !== undefined) item.append(outcome(entry.passed));
  item.append(part("message", entry.message ?? ""), raw(data));
  return item;
}

function receive(event) {
  log.prepend(row(event));
  if (log.childElementCount > LONGEST_LOG) log.lastElementChild.remove();
  received += 1;
  count.textContent = received === 1 ? "1 event" : `${received} events`;
}

function note(text) {
  const item = document.createElement("li");
  item.className = "note";
  item.textContent = text;
  log.prepend(item);
}

const RESETS = {
  trimmed: "the writer keeps fewer events than that",
  gone: "the stream was deleted",
  ahead: "the stream's ids fell back",
};

function reset(event) {
  const reason = parsed(event.data).reason;
  note(`Events may be missing here: ${RESETS[reason] ?? reason}.`);
}

function bye(event) {
  note(`The server ended the stream: ${parsed(event.data).reason}.`);
}

function stop() {
  source.close();
  show("closed");
}

function interrupted() {
  // What is stored has been sent: a browser would ask for it again and again.
  if (!follows) stop();
  else show(source.readyState === EventSource.CLOSED ? "closed" : "reconnecting");
}

function connect() {
  show("connecting");
  parameters.delete("format");
  const query = String(parameters);
  source = new EventSource(location.pathname + (query && `?${query}`));
  source.onopen = () => show("open");
  source.onmessage = receive;
  source.addEventListener("reset", reset);
  source.addEventListener("bye", bye);
  source.onerror = interrupted;
}

button.addEventListener("click", () => {
  if (source.readyState !== EventSource.CLOSED) return stop();
  log.replaceChildren();
  received = 0;
  connect();
});
connect();
