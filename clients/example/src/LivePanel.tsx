import { useQueryClient } from "@tanstack/react-query";
import type { StreamEvent } from "monitor-client/hey-api";
import { useCallback } from "react";
import { useLive } from "./live";

/** The run that is happening, newest first; when it ends, the figures are asked for again. */
export function LivePanel({ testId }: { testId: string }) {
  const queries = useQueryClient();
  const onEnd = useCallback(() => void queries.invalidateQueries(), [queries]);
  const { entries, connected } = useLive(testId, onEnd);
  const start = entries.findLastIndex(({ event }) => event.type === "plan_start");
  const run = entries.slice(Math.max(0, start)).reverse();
  return (
    <div className="live">
      <p role="status">
        <span className={connected ? "dot on" : "dot"} />
        {connected ? "Connected" : "Connecting …"}
        {run.length === 0 && connected ? ", nothing has run yet" : ""}
      </p>
      {run.length > 0 ? (
        <ol reversed>
          {run.map(({ id, event }) => (
            <li key={id} className={outcome(event)}>
              {event.message ?? event.type}
            </li>
          ))}
        </ol>
      ) : null}
    </div>
  );
}

/** All values of an event are text, and writers spell it in two ways. */
function outcome(event: StreamEvent): string {
  if (event.type === "error") return "failed";
  const passed = event.passed?.toLowerCase();
  return passed === undefined ? "" : passed === "true" ? "passed" : "failed";
}
