/** The live feed of a test, as React state. */
import { client, type StreamEvent, type StreamTestEventsData } from "monitor-client/hey-api";
import { useEffect, useState } from "react";

const REOPEN_MS = 5_000;
const KEPT = 50;

export interface Entry {
  id: string;
  event: StreamEvent;
}

export interface Live {
  entries: Entry[];
  connected: boolean;
}

function urlOf(testId: string, lastEventId: string): string {
  return client.buildUrl<StreamTestEventsData>({
    url: "/api/tests/{test_id}/live",
    path: { test_id: testId },
    query: lastEventId ? { lastEventId } : {},
  });
}

/**
 * The newest entries, oldest first. A browser reconnects and resumes by itself, except
 * when it was refused (429, 503): then a new source resumes a little later.
 */
export function useLive(testId: string, onEnd: () => void): Live {
  const [live, setLive] = useState<Live>({ entries: [], connected: false });
  useEffect(() => {
    let source: EventSource;
    let lastEventId = "";
    let timer: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(urlOf(testId, lastEventId));
      source.onopen = () => setLive((before) => ({ ...before, connected: true }));
      source.onmessage = (message: MessageEvent<string>) => {
        lastEventId = message.lastEventId;
        const entry = { id: lastEventId, event: JSON.parse(message.data) as StreamEvent };
        setLive(({ entries }) => ({ entries: [...entries, entry].slice(-KEPT), connected: true }));
        if (entry.event.type === "eval_complete" || entry.event.type === "error") onEnd();
      };
      // Something was missed: what is shown may have a gap, what follows has none.
      source.addEventListener("reset", () => setLive({ entries: [], connected: true }));
      source.onerror = () => {
        setLive((before) => ({ ...before, connected: false }));
        if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS);
      };
    };
    open();
    return () => {
      clearTimeout(timer);
      source.close();
    };
  }, [testId, onEnd]);
  return live;
}
