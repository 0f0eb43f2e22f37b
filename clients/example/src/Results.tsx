import type { Run, RunPage } from "monitor-client/hey-api";
import { seconds, steps, time } from "./format";
import { Badge } from "./parts";

/** One page of runs; the next offset is always offset + limit. */
export function Results({ page, turnTo }: { page: RunPage; turnTo: (offset: number) => void }) {
  const { results, limit, skipped } = page;
  const offset = page.offset ?? 0; // null only where a cursor was asked for
  const total = page.total ?? 0;
  return (
    <>
      {results.map((run, place) => (
        // A run id may be stored twice.
        <Row key={`${run.run_id} ${place}`} run={run} />
      ))}
      {skipped ? <p className="muted">{skipped} unreadable on this page</p> : null}
      <nav>
        <button disabled={offset === 0} onClick={() => turnTo(Math.max(0, offset - limit))}>
          Newer
        </button>
        <span className="muted">
          {total === 0 ? "No runs yet" : `${offset + 1}–${Math.min(offset + limit, total)} of ${total}`}
        </span>
        <button disabled={offset + limit >= total} onClick={() => turnTo(offset + limit)}>
          Older
        </button>
      </nav>
    </>
  );
}

function Row({ run }: { run: Run }) {
  return (
    <details className="run">
      <summary className="row">
        <Badge outcome={run.passed ? "passed" : "failed"} />
        <span className="wide">{time(run.started_at)}</span>
        <span className="cell">{seconds(run.duration_ms)}</span>
        <span className="cell">{steps(run.steps_passed, run.steps_total)}</span>
      </summary>
      {run.error ? <p role="note">{run.error}</p> : <p className="muted">{run.details}</p>}
      <ol>
        {run.step_results?.map((step, place) => (
          <li key={place} className={step.passed ? "" : "failed"}>
            {step.details}
          </li>
        ))}
      </ol>
      <p className="muted">
        <code>{run.run_id}</code> {run.triggered_by ? `by ${run.triggered_by}` : ""}
      </p>
    </details>
  );
}
