import { useQuery } from "@tanstack/react-query";
import type { Dashboard, RecentRun, SyntheticTest } from "monitor-client/hey-api";
import { getDashboardOptions, listTestsOptions } from "monitor-client/hey-api/react-query";
import { seconds, steps, time } from "./format";
import { Badge, Loaded, Section } from "./parts";

export function DashboardPage() {
  const dashboard = useQuery(getDashboardOptions());
  const tests = useQuery(listTestsOptions());
  return (
    <>
      <h1>Dashboard</h1>
      <Loaded query={dashboard}>
        {(data) => (
          <>
            <Tiles dashboard={data} />
            <Section title="Ran last">
              <RecentRuns runs={data.recent_runs} />
            </Section>
          </>
        )}
      </Loaded>
      <Section title="All tests">
        <Loaded query={tests}>{(data) => <Tests tests={data.tests} />}</Loaded>
      </Section>
    </>
  );
}

function Tiles({ dashboard }: { dashboard: Dashboard }) {
  const minutes = dashboard.next_run_approx_minutes;
  const tiles: [string, string | number][] = [
    ["Tests", dashboard.total_tests],
    ["Passing", dashboard.passing],
    ["Failing", dashboard.failing],
    ["Pending", dashboard.pending],
    ["Next run", minutes === null ? "–" : minutes === 0 ? "now" : `${minutes} min`],
  ];
  return (
    <dl className="tiles">
      {tiles.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function TestLink({ id, name }: { id: string; name: string | null }) {
  return (
    <a href={`#/tests/${encodeURIComponent(id)}`}>
      <bdi>{name || id}</bdi>
    </a>
  );
}

function RecentRuns({ runs }: { runs: RecentRun[] }) {
  return (
    <ul className="rows">
      {runs.map((run) => (
        <li key={run.test_id} className="row">
          <Badge outcome={run.last_result} />
          <span className="wide">
            <TestLink id={run.test_id} name={run.test_name} />
          </span>
          <span className="cell">{time(run.last_run_at)}</span>
          <span className="cell roomy">{seconds(run.duration_ms)}</span>
          <span className="cell roomy">{steps(run.steps_passed, run.steps_total)}</span>
        </li>
      ))}
    </ul>
  );
}

function Tests({ tests }: { tests: SyntheticTest[] }) {
  return (
    <ul className="rows">
      {tests.map((test) => (
        <li key={test.id} className="row">
          <Badge outcome={test.status} />
          <span className="wide">
            <TestLink id={test.id} name={test.name} />
            <bdi className="muted">{test.goal}</bdi>
          </span>
          <code className="cell roomy">{test.schedule}</code>
        </li>
      ))}
    </ul>
  );
}
