// The run that the events of a stream tell about: a state, and what an event makes of it.

export const PHASES = ["planning", "browsing", "evaluating", "done"];
const LONGEST_LOG = 200;
const PHASE_OF = {
  plan_start: "planning",
  plan_complete: "planning",
  browser_start: "browsing",
  step_start: "browsing",
  step_complete: "browsing",
  eval_start: "evaluating",
  eval_complete: "done",
  error: "done",
};
const OUTCOMES = { true: "passed", false: "failed" };

export const NOTHING = { phase: null, outcome: null, runId: null, steps: [], log: [], began: null, ended: null };

// Writers spell it in two ways; all values are text.
export function outcomeOf(passed) {
  return OUTCOMES[String(passed).toLowerCase()] ?? null;
}

// The state after an event; `id` is its place in the stream, `<milliseconds>-<number>`.
export function after(state, id, event) {
  const at = Number.parseInt(id, 10);
  const phase = Object.hasOwn(PHASE_OF, event.type) ? PHASE_OF[event.type] : null;
  const isNew = event.type === "plan_start" || state.began === null || (state.phase === "done" && phase !== null);
  const run = isNew ? { ...NOTHING, began: at } : state;
  const known = { ...run, phase: phase ?? run.phase, runId: text(event.run_id) ?? run.runId };
  return ended(
    { ...known, steps: stepsAfter(known.steps, at, event), log: [...known.log, { id, event }].slice(-LONGEST_LOG) },
    at,
    event,
  );
}

function ended(run, at, event) {
  if (run.phase !== "done" || run.ended !== null) return run;
  const outcome = event.type === "error" ? "error" : (outcomeOf(event.passed) ?? "unknown");
  const steps = run.steps.map((step) => (step.state === "running" ? { ...step, state: "stopped", ended: at } : step));
  return { ...run, outcome, steps, ended: at };
}

function stepsAfter(steps, at, event) {
  if (event.type === "plan_complete") return planned(event.steps);
  if (event.type !== "step_start" && event.type !== "step_complete") return steps;
  const number = text(event.step_number);
  if (number === null) return steps;
  const place = steps.findIndex((step) => step.number === number);
  const before = place < 0 ? { number, description: "", state: "waiting", began: null, ended: null } : steps[place];
  const step = event.type === "step_start" ? begun(before, at, event) : done(before, at, event);
  return place < 0 ? [...steps, step] : steps.with(place, step);
}

function begun(step, at, event) {
  return { ...step, state: "running", began: at, ended: null, description: step.description || text(event.message) || "" };
}

function done(step, at, event) {
  const details = text(event.message) ?? "";
  return { ...step, state: outcomeOf(event.passed) ?? "unknown", ended: at, details };
}

// A JSON array as text; whatever else a writer put there is no plan.
function planned(stored) {
  try {
    return JSON.parse(stored).map(({ step_number, description }) => ({
      number: String(step_number),
      description: text(description) ?? "",
      state: "waiting",
      began: null,
      ended: null,
    }));
  } catch {
    return [];
  }
}

function text(value) {
  return value === undefined || value === null ? null : String(value);
}
