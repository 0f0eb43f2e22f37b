/** The generated clients behind one face, so that every test can be about each. */
import * as hey from "monitor-client/hey-api";
import * as checked from "monitor-client/hey-api-zod";
import { createMonitorClient, type Schemas } from "monitor-client/openapi-fetch";

export interface Answer<T> {
  data?: T | undefined;
  error?: unknown;
  response?: Response | undefined;
}
type Page = { limit?: number; offset?: number };

/** Each operation, for a client at a base URL. */
export interface Face {
  getDashboard(): Promise<Answer<Schemas["Dashboard"]>>;
  listTests(query?: Page & { q?: string }): Promise<Answer<Schemas["SyntheticTestPage"]>>;
  getTest(test_id: string): Promise<Answer<Schemas["SyntheticTest"]>>;
  getTestResults(test_id: string, query?: Page): Promise<Answer<Schemas["RunPage"]>>;
  getTestRun(test_id: string, run_id: string): Promise<Answer<Schemas["Run"]>>;
  compareTestRuns(test_id: string, run_id: string, other: string): Promise<Answer<Schemas["RunComparison"]>>;
  getTestTiming(test_id: string, query?: Page): Promise<Answer<Schemas["TimingPointPage"]>>;
  getTestTimingStats(test_id: string, query?: { window?: string }): Promise<Answer<Schemas["TimingStats"]>>;
  getTestSteps(test_id: string): Promise<Answer<Schemas["TestSteps"]>>;
  getTestUptime(test_id: string, query?: { hours?: number }): Promise<Answer<Schemas["Uptime"]>>;
  getTestAvailability(test_id: string): Promise<Answer<Schemas["TestAvailability"]>>;
  getTestAvailabilitySlots(test_id: string): Promise<Answer<Schemas["TestSlots"]>>;
  getSummary(): Promise<Answer<Schemas["Summary"]>>;
  getAvailability(query: { tests: string }): Promise<Answer<Schemas["SeveralAvailability"]>>;
  getTestIncidents(test_id: string, query?: Page): Promise<Answer<Schemas["IncidentPage"]>>;
  getTestOutages(test_id: string, query?: Page): Promise<Answer<Schemas["OutagePage"]>>;
  listOutages(query?: Page): Promise<Answer<Schemas["AllOutagesPage"]>>;
  listOutageGroups(query?: Page): Promise<Answer<Schemas["OutageGroupPage"]>>;
  createLiveToken(): Promise<Answer<Schemas["LiveToken"]>>;
  exportTestResults(test_id: string): Promise<Answer<unknown>>;
  exportTestOutages(test_id: string): Promise<Answer<unknown>>;
  exportTestTiming(test_id: string): Promise<Answer<unknown>>;
  exportTestSlots(test_id: string): Promise<Answer<unknown>>;
  exportResults(tests: string): Promise<Answer<unknown>>;
  exportOutages(tests: string): Promise<Answer<unknown>>;
  exportTiming(tests: string): Promise<Answer<unknown>>;
  exportSlots(tests: string): Promise<Answer<unknown>>;
  getTestBadge(test_id: string): Promise<Answer<Schemas["Badge"]>>;
  getTestBadgeImage(test_id: string): Promise<Answer<unknown>>;
  getOutageFeed(): Promise<Answer<unknown>>;
  getTestOutageFeed(test_id: string): Promise<Answer<unknown>>;
  getMetrics(): Promise<Answer<unknown>>;
  getStreamMetrics(): Promise<Answer<unknown>>;
  getHealth(): Promise<Answer<Schemas["Health"]>>;
  getReadiness(): Promise<Answer<Schemas["Health"]>>;
}

function byOpenapiFetch(baseUrl: string): Face {
  const api = createMonitorClient({ baseUrl });
  return {
    getDashboard: () => api.GET("/api/dashboard"),
    listTests: (query = {}) => api.GET("/api/tests", { params: { query } }),
    getTest: (test_id) => api.GET("/api/tests/{test_id}", { params: { path: { test_id } } }),
    getTestResults: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/results", { params: { path: { test_id }, query } }),
    getTestRun: (test_id, run_id) =>
      api.GET("/api/tests/{test_id}/results/{run_id}", { params: { path: { test_id, run_id } } }),
    compareTestRuns: (test_id, run_id, other) =>
      api.GET("/api/tests/{test_id}/results/{run_id}/compare/{other}", {
        params: { path: { test_id, run_id, other } },
      }),
    getTestTiming: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/timing", { params: { path: { test_id }, query } }),
    getTestTimingStats: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/timing/stats", { params: { path: { test_id }, query } }),
    getTestSteps: (test_id) => api.GET("/api/tests/{test_id}/steps", { params: { path: { test_id } } }),
    getTestUptime: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/uptime", { params: { path: { test_id }, query } }),
    getTestAvailability: (test_id) => api.GET("/api/tests/{test_id}/availability", { params: { path: { test_id } } }),
    getTestAvailabilitySlots: (test_id) =>
      api.GET("/api/tests/{test_id}/availability/slots", { params: { path: { test_id } } }),
    getSummary: () => api.GET("/api/summary"),
    getAvailability: (query) => api.GET("/api/availability", { params: { query } }),
    getTestIncidents: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/incidents", { params: { path: { test_id }, query } }),
    getTestOutages: (test_id, query = {}) =>
      api.GET("/api/tests/{test_id}/outages", { params: { path: { test_id }, query } }),
    listOutages: (query = {}) => api.GET("/api/outages", { params: { query } }),
    listOutageGroups: (query = {}) => api.GET("/api/outages/groups", { params: { query } }),
    createLiveToken: () => api.POST("/api/live-token"),
    exportTestResults: (test_id) =>
      api.GET("/api/tests/{test_id}/results.{form}", {
        params: { path: { test_id, form: "csv" } },
        parseAs: "text",
      }),
    exportTestOutages: (test_id) =>
      api.GET("/api/tests/{test_id}/outages.{form}", {
        params: { path: { test_id, form: "csv" } },
        parseAs: "text",
      }),
    exportTestTiming: (test_id) =>
      api.GET("/api/tests/{test_id}/timing.{form}", {
        params: { path: { test_id, form: "csv" } },
        parseAs: "text",
      }),
    exportTestSlots: (test_id) =>
      api.GET("/api/tests/{test_id}/availability/slots.{form}", {
        params: { path: { test_id, form: "csv" } },
        parseAs: "text",
      }),
    exportResults: (tests) =>
      api.GET("/api/results.{form}", { params: { path: { form: "csv" }, query: { tests } }, parseAs: "text" }),
    exportOutages: (tests) =>
      api.GET("/api/outages.{form}", { params: { path: { form: "csv" }, query: { tests } }, parseAs: "text" }),
    exportTiming: (tests) =>
      api.GET("/api/timing.{form}", { params: { path: { form: "csv" }, query: { tests } }, parseAs: "text" }),
    exportSlots: (tests) =>
      api.GET("/api/availability/slots.{form}", { params: { path: { form: "csv" }, query: { tests } }, parseAs: "text" }),
    getTestBadge: (test_id) =>
      api.GET("/badges/{test_id}/{about}.json", { params: { path: { test_id, about: "uptime" } } }),
    getTestBadgeImage: (test_id) =>
      api.GET("/badges/{test_id}/{about}.svg", { params: { path: { test_id, about: "status" } }, parseAs: "text" }),
    getOutageFeed: () => api.GET("/feed.atom", { parseAs: "text" }),
    getTestOutageFeed: (test_id) =>
      api.GET("/api/tests/{test_id}/feed.atom", { params: { path: { test_id } }, parseAs: "text" }),
    getMetrics: () => api.GET("/metrics", { parseAs: "text" }),
    getStreamMetrics: () => api.GET("/metrics/streams", { parseAs: "text" }),
    getHealth: () => api.GET("/healthz"),
    getReadiness: () => api.GET("/readyz"),
  };
}

function byHeyApi(api: typeof hey | typeof checked, baseUrl: string): Face {
  const client = api.createClient(api.createConfig({ baseUrl }));
  return {
    getDashboard: () => api.getDashboard({ client }),
    listTests: (query = {}) => api.listTests({ client, query }),
    getTest: (test_id) => api.getTest({ client, path: { test_id } }),
    getTestResults: (test_id, query = {}) => api.getTestResults({ client, path: { test_id }, query }),
    getTestRun: (test_id, run_id) => api.getTestRun({ client, path: { test_id, run_id } }),
    compareTestRuns: (test_id, run_id, other) =>
      api.compareTestRuns({ client, path: { test_id, run_id, other } }),
    getTestTiming: (test_id, query = {}) => api.getTestTiming({ client, path: { test_id }, query }),
    getTestTimingStats: (test_id, query = {}) => api.getTestTimingStats({ client, path: { test_id }, query }),
    getTestSteps: (test_id) => api.getTestSteps({ client, path: { test_id } }),
    getTestUptime: (test_id, query = {}) => api.getTestUptime({ client, path: { test_id }, query }),
    getTestAvailability: (test_id) => api.getTestAvailability({ client, path: { test_id } }),
    getTestAvailabilitySlots: (test_id) => api.getTestAvailabilitySlots({ client, path: { test_id } }),
    getSummary: () => api.getSummary({ client }),
    getAvailability: (query) => api.getAvailability({ client, query }),
    getTestIncidents: (test_id, query = {}) => api.getTestIncidents({ client, path: { test_id }, query }),
    getTestOutages: (test_id, query = {}) => api.getTestOutages({ client, path: { test_id }, query }),
    listOutages: (query = {}) => api.listOutages({ client, query }),
    listOutageGroups: (query = {}) => api.listOutageGroups({ client, query }),
    createLiveToken: () => api.createLiveToken({ client }),
    exportTestResults: (test_id) => api.exportTestResults({ client, path: { test_id, form: "csv" } }),
    exportTestOutages: (test_id) => api.exportTestOutages({ client, path: { test_id, form: "csv" } }),
    exportTestTiming: (test_id) => api.exportTestTiming({ client, path: { test_id, form: "csv" } }),
    exportTestSlots: (test_id) => api.exportTestSlots({ client, path: { test_id, form: "csv" } }),
    exportResults: (tests) => api.exportResults({ client, path: { form: "csv" }, query: { tests } }),
    exportOutages: (tests) => api.exportOutages({ client, path: { form: "csv" }, query: { tests } }),
    exportTiming: (tests) => api.exportTiming({ client, path: { form: "csv" }, query: { tests } }),
    exportSlots: (tests) => api.exportSlots({ client, path: { form: "csv" }, query: { tests } }),
    getTestBadge: (test_id) => api.getTestBadge({ client, path: { test_id, about: "uptime" } }),
    getTestBadgeImage: (test_id) =>
      api.getTestBadgeImage({ client, path: { test_id, about: "status" }, parseAs: "text" }),
    getOutageFeed: () => api.getOutageFeed({ client, parseAs: "text" }),
    getTestOutageFeed: (test_id) => api.getTestOutageFeed({ client, path: { test_id }, parseAs: "text" }),
    getMetrics: () => api.getMetrics({ client }),
    getStreamMetrics: () => api.getStreamMetrics({ client }),
    getHealth: () => api.getHealth({ client }),
    getReadiness: () => api.getReadiness({ client }),
  };
}

export const clients: Record<string, (baseUrl: string) => Face> = {
  "openapi-fetch": byOpenapiFetch,
  "hey-api": (baseUrl) => byHeyApi(hey, baseUrl),
  "hey-api with zod": (baseUrl) => byHeyApi(checked, baseUrl),
};

/** The data of an answer that must be a success. */
export async function dataOf<T>(answer: Promise<Answer<T>>): Promise<T> {
  const { data, error } = await answer;
  if (data === undefined) throw new Error(`no data, but ${JSON.stringify(error) ?? String(error)}`);
  return data;
}
