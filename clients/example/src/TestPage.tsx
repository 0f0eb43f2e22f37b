import { keepPreviousData, useQueries, useQuery } from "@tanstack/react-query";
import type { IncidentPage, Uptime } from "monitor-client/hey-api";
import {
  getTestIncidentsOptions,
  getTestOptions,
  getTestResultsOptions,
  getTestTimingOptions,
  getTestUptimeOptions,
} from "monitor-client/hey-api/react-query";
import { useState } from "react";
import { time } from "./format";
import { LivePanel } from "./LivePanel";
import { Badge, Loaded, Section } from "./parts";
import { Results } from "./Results";
import { TimingChart } from "./TimingChart";

const WINDOWS = { "24 hours": 24, "7 days": 168, "30 days": 720 };
const PAGE = 20;
const SHOWN = 10;

export function TestPage({ testId }: { testId: string }) {
  const path = { test_id: testId };
  const [offset, setOffset] = useState(0);
  const test = useQuery(getTestOptions({ path }));
  const timing = useQuery(getTestTimingOptions({ path, query: { limit: 100 } }));
  const incidents = useQuery(getTestIncidentsOptions({ path, query: { limit: 50 } }));
  const results = useQuery({
    ...getTestResultsOptions({ path, query: { limit: PAGE, offset } }),
    placeholderData: keepPreviousData,
  });
  const uptimes = useQueries({
    queries: Object.values(WINDOWS).map((hours) => getTestUptimeOptions({ path, query: { hours } })),
  });
  const failed = new Set(incidents.data?.incidents.map((incident) => incident.run_id));
  // Without the test there is nothing else to ask for: its error says it all.
  if (test.error && !test.data) return <Loaded query={test}>{() => null}</Loaded>;
  return (
    <>
      <Loaded query={test}>
        {(data) => (
          <>
            <h1>
              <bdi>{data.name || data.id}</bdi> <Badge outcome={data.last_result} />
            </h1>
            <bdi className="muted">{data.goal}</bdi>
          </>
        )}
      </Loaded>
      <dl className="tiles">
        {Object.keys(WINDOWS).map((name, place) => (
          <UptimeTile key={name} name={name} uptime={uptimes[place]?.data} />
        ))}
      </dl>
      <Section title="Live">
        <LivePanel testId={testId} />
      </Section>
      <Section title="Timing">
        <Loaded query={timing}>{(data) => <TimingChart points={data.timing} failed={failed} />}</Loaded>
      </Section>
      <Section title="Results">
        <Loaded query={results}>{(data) => <Results page={data} turnTo={setOffset} />}</Loaded>
      </Section>
      <Section title="Incidents">
        <Loaded query={incidents}>{(data) => <Incidents page={data} />}</Loaded>
      </Section>
    </>
  );
}

function UptimeTile({ name, uptime }: { name: string; uptime: Uptime | undefined }) {
  return (
    <div>
      <dt>Uptime, {name}</dt>
      <dd>{uptime ? `${uptime.uptime_pct} %` : "…"}</dd>
      <div className="muted">{uptime ? `${uptime.passed_runs} of ${uptime.total_runs} runs` : ""}</div>
    </div>
  );
}

function Incidents({ page }: { page: IncidentPage }) {
  if (page.total === 0) return <p className="muted">None.</p>;
  return (
    <>
      <ul className="rows">
        {page.incidents.slice(0, SHOWN).map((incident, place) => (
          // A writer may store an incident without a run.
          <li key={`${incident.run_id} ${place}`}>
            <span className="muted">{time(incident.started_at)}</span> <bdi>{incident.error ?? incident.details}</bdi>
          </li>
        ))}
      </ul>
      {page.total > SHOWN ? <p className="muted">and {page.total - SHOWN} more</p> : null}
    </>
  );
}
