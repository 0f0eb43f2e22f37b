// The page of one test: chart, live panel, and rows that open.
import { refresh } from "./fresh.js";
import { LivePanel } from "./live_panel.js";
import { RunRows } from "./run_rows.js";
import { TimingChart } from "./timing_chart.js";

// A writer may tell the end before it stores the run.
const LOOKS_MS = [300, 1_000, 3_000, 8_000];
const LOOK_MS = 30_000;

const rows = new RunRows(document.getElementById("runs"));
const chart = new TimingChart(document.getElementById("timing"));

async function runEnded() {
  for (const wait of LOOKS_MS) {
    await new Promise((resolve) => setTimeout(resolve, wait));
    if (await looked()) return;
  }
  redraw();
}

// True when there is a newer run, which is in the chart then, too.
async function looked() {
  const newest = newestRun();
  await refresh(keepRows).catch(() => false);
  const isNewer = newestRun() !== newest;
  if (isNewer) redraw();
  else if (chart.state === "failed") chart.load();
  return isNewer;
}

// Whoever looks at a stretch of the past keeps it.
function redraw() {
  if (!chart.bounds) chart.load();
}

// Writers need not tell what they do: what is stored is looked at now and then.
function later() {
  setTimeout(async () => {
    if (!document.hidden) await looked();
    later();
  }, LOOK_MS);
}

// Rows that are open stay so.
function keepRows(part) {
  if (part !== rows.section) return () => {};
  const open = rows.open;
  return () => rows.reopen(open);
}

function newestRun() {
  return document.querySelector("#runs [data-body]")?.dataset.body;
}

new LivePanel(document.getElementById("live"), runEnded);
later();
