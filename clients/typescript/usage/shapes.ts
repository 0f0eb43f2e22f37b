/** Every field of every shape is there, and the same in all generated clients. */
import type * as hey from "monitor-client/hey-api";
import type * as checked from "monitor-client/hey-api-zod";
import type { Schemas } from "monitor-client/openapi-fetch";

/** The fields that the document names: what else writers store is `unknown`. */
type Declared<T> = { [K in keyof T as string extends K ? never : K]-?: unknown };
type Readers<Shapes extends Record<keyof Schemas, unknown>> = {
  [Name in keyof Shapes]: (it: Shapes[Name]) => Declared<Shapes[Name]>;
};

/** The compiler notices a shape or a field that is missing, and one of another type. */
export const readers: Readers<Schemas> = {
  Dashboard: (it) => ({
    total_tests: it.total_tests satisfies number,
    active_tests: it.active_tests satisfies number,
    paused_tests: it.paused_tests satisfies number,
    error_tests: it.error_tests satisfies number,
    passing: it.passing satisfies number,
    failing: it.failing satisfies number,
    pending: it.pending satisfies number,
    last_run_at_global: it.last_run_at_global satisfies string | null,
    next_run_approx_minutes: it.next_run_approx_minutes satisfies number | null,
    recent_runs: it.recent_runs.map((run) => readers.RecentRun(run)),
    skipped: it.skipped satisfies number | undefined,
    overdue: it.overdue satisfies number,
    running: it.running satisfies number,
  }),
  RecentRun: (it) => ({
    test_id: it.test_id satisfies string,
    test_name: it.test_name satisfies string | null,
    test_url: it.test_url satisfies string | null,
    last_result: it.last_result satisfies string | null,
    last_run_at: it.last_run_at satisfies string,
    steps_passed: it.steps_passed satisfies number | null,
    steps_total: it.steps_total satisfies number | null,
    duration_ms: it.duration_ms satisfies number | null,
    triggered_by: it.triggered_by satisfies string | null,
  }),
  SyntheticTestPage: (it) => ({
    tests: it.tests.map((test) => readers.SyntheticTest(test)),
    total: it.total satisfies number,
    skipped: it.skipped satisfies number | undefined,
  }),
  SyntheticTest: (it) => ({
    id: it.id satisfies string,
    name: it.name satisfies string | null,
    url: it.url satisfies string | null,
    goal: it.goal satisfies string | null,
    schedule: it.schedule satisfies string | null,
    status: it.status satisfies string | null,
    last_result: it.last_result satisfies string | null,
    last_run_at: it.last_run_at satisfies string | null,
    created_at: it.created_at satisfies string | null,
    updated_at: it.updated_at satisfies string | null,
    variables: it.variables?.map((variable) => readers.Variable(variable)) ?? null,
  }),
  Variable: (it) => ({ name: it.name satisfies string, hidden: it.hidden satisfies boolean }),
  RunPage: (it) => ({
    test_id: it.test_id satisfies string,
    results: it.results.map((run) => readers.Run(run)),
    total: it.total satisfies number | null,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number | null,
    next_cursor: it.next_cursor satisfies string | null,
    previous_cursor: it.previous_cursor satisfies string | null,
    skipped: it.skipped satisfies number | undefined,
    data_from: it.data_from satisfies string | undefined,
  }),
  Run: (it) => ({
    run_id: it.run_id satisfies string,
    test_id: it.test_id satisfies string | null,
    passed: it.passed satisfies boolean,
    duration_ms: it.duration_ms satisfies number | null,
    steps_passed: it.steps_passed satisfies number | null,
    steps_total: it.steps_total satisfies number | null,
    details: it.details satisfies string | null,
    step_results: it.step_results?.map((step) => readers.StepResult(step)),
    error: it.error satisfies string | null,
    triggered_by: it.triggered_by satisfies string | null,
    started_at: it.started_at satisfies string | null,
    completed_at: it.completed_at satisfies string | null,
    truncated: it.truncated satisfies boolean | undefined,
    size_bytes: it.size_bytes satisfies number | undefined,
    redacted: it.redacted satisfies boolean | undefined,
    neighbours: it.neighbours && readers.Neighbours(it.neighbours),
  }),
  RunComparison: (it) => ({
    test_id: it.test_id satisfies string,
    run: readers.ComparedRun(it.run),
    other: readers.ComparedRun(it.other),
    duration_change_ms: it.duration_change_ms satisfies number | null,
    error_changed: it.error_changed satisfies boolean,
    steps: it.steps?.map((step) => readers.StepChange(step)) ?? null,
  }),
  ComparedRun: (it) => ({
    run_id: it.run_id satisfies string,
    passed: it.passed satisfies boolean,
    duration_ms: it.duration_ms satisfies number | null,
    error: it.error satisfies string | null,
    started_at: it.started_at satisfies string | null,
  }),
  StepChange: (it) => ({
    step_number: it.step_number satisfies number,
    passed: it.passed satisfies boolean | null,
    other_passed: it.other_passed satisfies boolean | null,
    change: it.change satisfies string,
  }),
  Neighbours: (it) => ({
    previous: it.previous && readers.Neighbour(it.previous),
    next: it.next && readers.Neighbour(it.next),
    last_passed: it.last_passed && readers.Neighbour(it.last_passed),
  }),
  Neighbour: (it) => ({
    run_id: it.run_id satisfies string,
    passed: it.passed satisfies boolean,
    timestamp: it.timestamp satisfies string | null,
    duration_ms: it.duration_ms satisfies number | null,
  }),
  StepResult: (it) => ({
    step_number: it.step_number satisfies number | null,
    passed: it.passed satisfies boolean | null,
    details: it.details satisfies string | null,
    retry_count: it.retry_count satisfies number | null,
  }),
  TimingPointPage: (it) => ({
    test_id: it.test_id satisfies string,
    timing: it.timing.map((point) => readers.TimingPoint(point)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    skipped: it.skipped satisfies number | undefined,
    data_from: it.data_from satisfies string | undefined,
  }),
  TimingPoint: (it) => ({
    timestamp: it.timestamp satisfies string | null,
    duration_ms: it.duration_ms satisfies number,
    run_id: it.run_id satisfies string | null,
    outcome: it.outcome satisfies string | null | undefined,
  }),
  TestSteps: (it) => ({
    test_id: it.test_id satisfies string,
    from: it.from satisfies string | null,
    to: it.to satisfies string,
    runs: it.runs satisfies number,
    failed_runs: it.failed_runs satisfies number,
    steps: it.steps.map((step) => readers.StepHealth(step)),
    redacted: it.redacted satisfies boolean | undefined,
    data_from: it.data_from satisfies string | undefined,
  }),
  StepHealth: (it) => ({
    step_number: it.step_number satisfies number,
    description: it.description satisfies string | null,
    runs: it.runs satisfies number,
    passed_runs: it.passed_runs satisfies number,
    pass_pct: it.pass_pct satisfies number | null,
    first_failures: it.first_failures satisfies number,
    first_failure_pct: it.first_failure_pct satisfies number | null,
    flaky_failures: it.flaky_failures satisfies number,
    flake_pct: it.flake_pct satisfies number | null,
    mean_retries: it.mean_retries satisfies number | null,
  }),
  TimingStats: (it) => ({
    test_id: it.test_id satisfies string,
    from: it.from satisfies string | null,
    to: it.to satisfies string,
    outcome: it.outcome satisfies string,
    count: it.count satisfies number,
    min: it.min satisfies number | null,
    max: it.max satisfies number | null,
    mean: it.mean satisfies number | null,
    percentiles: it.percentiles satisfies Record<string, number | null>,
    interval_s: it.interval_s satisfies number | null,
    tz: it.tz satisfies string,
    buckets: it.buckets.map((bucket) => readers.TimingBucket(bucket)),
    skipped: it.skipped satisfies number | undefined,
    data_from: it.data_from satisfies string | undefined,
  }),
  TimingBucket: (it) => ({
    start: it.start satisfies string,
    end: it.end satisfies string,
    unfinished: it.unfinished satisfies boolean,
    count: it.count satisfies number,
    min: it.min satisfies number | null,
    max: it.max satisfies number | null,
    mean: it.mean satisfies number | null,
    percentiles: it.percentiles satisfies Record<string, number | null>,
  }),
  Uptime: (it) => ({
    test_id: it.test_id satisfies string,
    uptime_pct: it.uptime_pct satisfies number,
    total_runs: it.total_runs satisfies number,
    passed_runs: it.passed_runs satisfies number,
    failed_runs: it.failed_runs satisfies number,
    window_hours: it.window_hours satisfies number,
    skipped: it.skipped satisfies number | undefined,
    future_runs: it.future_runs satisfies number | undefined,
  }),
  IncidentPage: (it) => ({
    test_id: it.test_id satisfies string,
    incidents: it.incidents.map((incident) => readers.Incident(incident)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    skipped: it.skipped satisfies number | undefined,
  }),
  Incident: (it) => ({
    run_id: it.run_id satisfies string | null,
    test_id: it.test_id satisfies string | null,
    error: it.error satisfies string | null,
    details: it.details satisfies string | null,
    started_at: it.started_at satisfies string | null,
    alert_sent: it.alert_sent satisfies boolean | null,
    truncated: it.truncated satisfies boolean | undefined,
    size_bytes: it.size_bytes satisfies number | undefined,
    redacted: it.redacted satisfies boolean | undefined,
  }),
  AllOutagesPage: (it) => ({
    outages: it.outages.map((item) => readers.Outage(item)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    skipped: it.skipped satisfies number | undefined,
  }),
  Outage: (it) => ({
    id: it.id satisfies string,
    test_id: it.test_id satisfies string,
    state: it.state satisfies string,
    started_at: it.started_at satisfies string,
    ended_at: it.ended_at satisfies string | null,
    duration_s: it.duration_s satisfies number,
    down_s: it.down_s satisfies number,
    failed_runs: it.failed_runs satisfies number,
    first_run_id: it.first_run_id satisfies string,
    last_run_id: it.last_run_id satisfies string,
    recovery_run_id: it.recovery_run_id satisfies string | null,
    error: it.error satisfies string | null,
    last_error: it.last_error satisfies string | null,
    fingerprint: it.fingerprint satisfies string | null,
    alert_sent: it.alert_sent satisfies boolean | null,
  }),
  OutageGroup: (it) => ({
    fingerprint: it.fingerprint satisfies string | null,
    error: it.error satisfies string | null,
    first_seen: it.first_seen satisfies string,
    last_seen: it.last_seen satisfies string,
    outages: it.outages satisfies number,
    failed_runs: it.failed_runs satisfies number,
    tests: it.tests satisfies string[],
    still_happening: it.still_happening satisfies boolean,
  }),
  OutageGroupPage: (it) => ({
    groups: it.groups.map((item) => readers.OutageGroup(item)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    skipped: it.skipped satisfies number | undefined,
  }),
  OutagePage: (it) => ({
    test_id: it.test_id satisfies string,
    outages: it.outages.map((item) => readers.Outage(item)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    data_from: it.data_from satisfies string | undefined,
  }),
  AvailabilityWindow: (it) => ({
    window: it.window satisfies string | null,
    from: it.from satisfies string,
    to: it.to satisfies string,
    data_from: it.data_from satisfies string | null,
    run_pct: it.run_pct satisfies number | null,
    time_pct: it.time_pct satisfies number | null,
    coverage: it.coverage satisfies number | null,
    passed_runs: it.passed_runs satisfies number,
    failed_runs: it.failed_runs satisfies number,
    total_runs: it.total_runs satisfies number,
    up_s: it.up_s satisfies number,
    down_s: it.down_s satisfies number,
    unknown_s: it.unknown_s satisfies number,
    outages: it.outages satisfies number,
    longest_outage_s: it.longest_outage_s satisfies number | null,
    mttr_s: it.mttr_s satisfies number | null,
    mtbf_s: it.mtbf_s satisfies number | null,
  }),
  NewestRun: (it) => ({
    run_id: it.run_id satisfies string,
    at: it.at satisfies string,
    passed: it.passed satisfies boolean,
  }),
  OpenOutage: (it) => ({
    id: it.id satisfies string,
    started_at: it.started_at satisfies string,
    duration_s: it.duration_s satisfies number,
    failed_runs: it.failed_runs satisfies number,
  }),
  SeveralAvailability: (it) => ({
    tests: it.tests.map((item) => readers.TestAvailability(item)),
  }),
  Slot: (it) => ({
    start: it.start satisfies string,
    end: it.end satisfies string,
    state: it.state satisfies string,
    runs: it.runs satisfies number,
    failures: it.failures satisfies number,
    downtime_s: it.downtime_s satisfies number,
    run_pct: it.run_pct satisfies number | null,
  }),
  StripMark: (it) => ({
    at: it.at satisfies string,
    state: it.state satisfies string,
    run_id: it.run_id satisfies string | null,
  }),
  Summary: (it) => ({
    counts: it.counts satisfies unknown,
    tests: it.tests.map((item) => readers.SummaryRow(item)),
    total: it.total satisfies number,
    limit: it.limit satisfies number,
    offset: it.offset satisfies number,
    skipped: it.skipped satisfies number | undefined,
  }),
  SummaryRow: (it) => ({
    test_id: it.test_id satisfies string,
    name: it.name satisfies string | null,
    url: it.url satisfies string | null,
    status: it.status satisfies string | null,
    last_result: it.last_result satisfies string | null,
    state: it.state satisfies string,
    running: it.running satisfies boolean,
    overdue: it.overdue satisfies boolean,
    schedule: it.schedule satisfies string | null,
    expected_interval_s: it.expected_interval_s satisfies number | null,
    next_run_at: it.next_run_at satisfies string | null,
    last_run: it.last_run && readers.NewestRun(it.last_run),
    last_pass: it.last_pass && readers.NewestRun(it.last_pass),
    open_outage: it.open_outage && readers.OpenOutage(it.open_outage),
    windows: it.windows.map((item) => readers.SummaryWindow(item)),
    p95_ms: it.p95_ms satisfies number | null,
    strip: it.strip.map((item) => readers.StripMark(item)),
  }),
  SummaryWindow: (it) => ({
    window: it.window satisfies string,
    run_pct: it.run_pct satisfies number | null,
    time_pct: it.time_pct satisfies number | null,
    coverage: it.coverage satisfies number | null,
    passed_runs: it.passed_runs satisfies number,
    failed_runs: it.failed_runs satisfies number,
    total_runs: it.total_runs satisfies number,
    down_s: it.down_s satisfies number,
  }),
  TestAvailability: (it) => ({
    test_id: it.test_id satisfies string,
    expected_interval_s: it.expected_interval_s satisfies number,
    windows: it.windows.map((item) => readers.AvailabilityWindow(item)),
  }),
  TestSlots: (it) => ({
    test_id: it.test_id satisfies string,
    bucket: it.bucket satisfies string,
    tz: it.tz satisfies string,
    slots: it.slots.map((item) => readers.Slot(item)),
  }),
  Totals: (it) => ({
    total_tests: it.total_tests satisfies number,
    active_tests: it.active_tests satisfies number,
    paused_tests: it.paused_tests satisfies number,
    error_tests: it.error_tests satisfies number,
    passing: it.passing satisfies number,
    failing: it.failing satisfies number,
    pending: it.pending satisfies number,
    overdue: it.overdue satisfies number,
    running: it.running satisfies number,
  }),
  Badge: (it) => ({
    schemaVersion: it.schemaVersion satisfies number,
    label: it.label satisfies string,
    message: it.message satisfies string,
    color: it.color satisfies string,
  }),
  StreamEvent: (it) => ({
    test_id: it.test_id satisfies string,
    type: it.type satisfies string | undefined,
    message: it.message satisfies string | undefined,
    timestamp: it.timestamp satisfies string | undefined,
    run_id: it.run_id satisfies string | undefined,
    step_number: it.step_number satisfies string | undefined,
    passed: it.passed satisfies string | undefined,
    steps: it.steps satisfies string | undefined,
  }),
  StreamReset: (it) => ({
    reason: it.reason satisfies string,
    from: it.from satisfies string,
    of_test: it.of_test satisfies string | undefined,
  }),
  StreamBye: (it) => ({ reason: it.reason satisfies string }),
  // An entry has a test, a reset says where it goes on from.
  StreamMessage: (it) =>
    "test_id" in it ? readers.StreamEvent(it) : "from" in it ? readers.StreamReset(it) : readers.StreamBye(it),
  LiveToken: (it) => ({ token: it.token satisfies string, expires_at: it.expires_at satisfies string }),
  Health: (it) => ({ status: it.status satisfies string }),
  ErrorResponse: (it) => ({
    type: it.type satisfies string,
    errors: it.errors.map((error) => readers.ErrorDetail(error)),
  }),
  ErrorDetail: (it) => ({
    code: it.code satisfies string,
    detail: it.detail satisfies string,
    attr: it.attr satisfies string | null,
  }),
};

interface HeyApi {
  Dashboard: hey.Dashboard;
  RecentRun: hey.RecentRun;
  SyntheticTestPage: hey.SyntheticTestPage;
  SyntheticTest: hey.SyntheticTest;
  Variable: hey.Variable;
  RunPage: hey.RunPage;
  Run: hey.Run;
  StepResult: hey.StepResult;
  TimingPointPage: hey.TimingPointPage;
  TimingPoint: hey.TimingPoint;
  Uptime: hey.Uptime;
  IncidentPage: hey.IncidentPage;
  Incident: hey.Incident;
  AllOutagesPage: hey.AllOutagesPage;
  Outage: hey.Outage;
  OutageGroup: hey.OutageGroup;
  OutageGroupPage: hey.OutageGroupPage;
  OutagePage: hey.OutagePage;
  AvailabilityWindow: hey.AvailabilityWindow;
  ComparedRun: hey.ComparedRun;
  Neighbour: hey.Neighbour;
  Neighbours: hey.Neighbours;
  NewestRun: hey.NewestRun;
  OpenOutage: hey.OpenOutage;
  RunComparison: hey.RunComparison;
  SeveralAvailability: hey.SeveralAvailability;
  Slot: hey.Slot;
  StepChange: hey.StepChange;
  StepHealth: hey.StepHealth;
  StripMark: hey.StripMark;
  Summary: hey.Summary;
  SummaryRow: hey.SummaryRow;
  SummaryWindow: hey.SummaryWindow;
  TestAvailability: hey.TestAvailability;
  TestSlots: hey.TestSlots;
  TestSteps: hey.TestSteps;
  TimingBucket: hey.TimingBucket;
  TimingStats: hey.TimingStats;
  Totals: hey.Totals;
  Badge: hey.Badge;
  StreamEvent: hey.StreamEvent;
  StreamReset: hey.StreamReset;
  StreamBye: hey.StreamBye;
  StreamMessage: hey.StreamMessage;
  LiveToken: hey.LiveToken;
  Health: hey.Health;
  ErrorResponse: hey.ErrorResponse;
  ErrorDetail: hey.ErrorDetail;
}

type Both<A, B> = [A, B] extends [B, A] ? true : never;
/** One shape by three generators: each may stand for the others. */
export const same: { [Name in keyof Schemas]: Both<Schemas[Name], HeyApi[Name]> } = {
  Dashboard: true,
  RecentRun: true,
  SyntheticTestPage: true,
  SyntheticTest: true,
  Variable: true,
  RunPage: true,
  Run: true,
  StepResult: true,
  TimingPointPage: true,
  TimingPoint: true,
  Uptime: true,
  IncidentPage: true,
  Incident: true,
  AllOutagesPage: true,
  Outage: true,
  OutageGroup: true,
  OutageGroupPage: true,
  OutagePage: true,
  AvailabilityWindow: true,
  ComparedRun: true,
  Neighbour: true,
  Neighbours: true,
  NewestRun: true,
  OpenOutage: true,
  RunComparison: true,
  SeveralAvailability: true,
  Slot: true,
  StepChange: true,
  StepHealth: true,
  StripMark: true,
  Summary: true,
  SummaryRow: true,
  SummaryWindow: true,
  TestAvailability: true,
  TestSlots: true,
  TestSteps: true,
  TimingBucket: true,
  TimingStats: true,
  Totals: true,
  Badge: true,
  StreamEvent: true,
  StreamReset: true,
  StreamBye: true,
  StreamMessage: true,
  LiveToken: true,
  Health: true,
  ErrorResponse: true,
  ErrorDetail: true,
};
export const alsoChecked: Both<checked.RunPage, hey.RunPage> = true;
